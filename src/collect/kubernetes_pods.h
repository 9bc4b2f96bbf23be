/*
 * What `kubectl get pods -o json` prints, as samples under the names of
 * kube-state-metrics and as a table with the pods in trouble first. Pure: any
 * thread. What an object does not say makes no sample.
 */
#ifndef COLLECT_KUBERNETES_PODS_H
#define COLLECT_KUBERNETES_PODS_H

#include <stdint.h>

#include "base/error.h"
#include "collect/detail.h"
#include "collect/metric_page.h"
#include "config/json.h"

#define KUBERNETES_PODS_MAX 10000

/*
 * `root` is a list of pods, or one. `detail` may be NULL; `now_ms` (wall) is
 * what ages are reckoned from. -1 with the error set when it is something else;
 * nothing is added then.
 */
int kubernetes_pods_add(const cJSON *root, int64_t now_ms, struct metric_page *page, struct detail *detail,
			struct error *error);

#endif
