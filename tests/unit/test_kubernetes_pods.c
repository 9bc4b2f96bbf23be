#include <criterion/criterion.h>

#include <string.h>

#include "base/clock.h"
#include "collect/command_page.h"
#include "collect/kubernetes_pods.h"

/* 2026-01-05T12:00:00Z */
#define NOW_MS INT64_C(1767614400000)

static const char list[] =
	"{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":["
	"{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"polln\",\"name\":\"colony-0\","
	"\"creationTimestamp\":\"2026-01-05T10:00:00Z\",\"ownerReferences\":[{\"kind\":\"StatefulSet\",\"name\":"
	"\"colony\"}]},"
	"\"spec\":{\"nodeName\":\"node-a\"},"
	"\"status\":{\"phase\":\"Running\",\"podIP\":\"10.0.0.4\",\"startTime\":\"2026-01-05T10:00:05Z\","
	"\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}],"
	"\"containerStatuses\":[{\"name\":\"colony\",\"image\":\"polln/colony:2.4.1\",\"imageID\":\"sha256:a\","
	"\"ready\":true,\"restartCount\":0,\"state\":{\"running\":{}}}]}},"
	"{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"polln\",\"name\":\"worker-7\","
	"\"creationTimestamp\":\"2026-01-05T11:00:00Z\"},\"spec\":{\"nodeName\":\"node-b\"},"
	"\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"}],"
	"\"containerStatuses\":[{\"name\":\"worker\",\"image\":\"polln/"
	"worker:2.4.1\",\"ready\":false,\"restartCount\":14,"
	"\"state\":{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}},"
	"\"lastState\":{\"terminated\":{\"reason\":\"OOMKilled\",\"exitCode\":137,"
	"\"finishedAt\":\"2026-01-05T11:55:00Z\"}}}]}},"
	"{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"polln\",\"name\":\"next\"},\"spec\":{},"
	"\"status\":{\"phase\":\"Pending\"}},"
	"{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"batch\",\"name\":\"job-1\"},\"spec\":{},"
	"\"status\":{\"phase\":\"Succeeded\",\"containerStatuses\":[{\"name\":\"j\",\"ready\":false,\"restartCount\":0,"
	"\"state\":{\"terminated\":{\"reason\":\"Completed\"}}}]}}]}";

static void make(struct command_page *page, const char *text, const char *reason)
{
	command_page_init(page);
	page->format = COMMAND_JSON;
	page->preset = COMMAND_KUBERNETES_PODS;
	page->time_ms = NOW_MS;
	page->has_status = true;
	strbuf_addstr(&page->output, text);
	command_page_make(page);
	cr_expect_str_eq(page->reason, reason);
}

#define HAS(page, line)                                                                                                \
	cr_expect(strstr((page).page.text.text, line "\n"), "'%s' is not in\n%s", line, (page).page.text.text)
#define HAS_NOT(page, part) cr_expect_null(strstr((page).page.text.text, part), "'%s' is there", part)

Test(kubernetes_pods, names_of_kube_state_metrics)
{
	struct command_page page;

	make(&page, list, "");
	HAS(page, "kube_pod_status_phase{namespace=\"polln\",pod=\"colony-0\",phase=\"Running\"} 1");
	HAS(page, "kube_pod_status_phase{namespace=\"polln\",pod=\"colony-0\",phase=\"Failed\"} 0");
	HAS(page, "kube_pod_status_phase{namespace=\"polln\",pod=\"next\",phase=\"Pending\"} 1");
	HAS(page, "kube_pod_status_ready{namespace=\"polln\",pod=\"worker-7\",condition=\"false\"} 1");
	HAS(page,
	    "kube_pod_container_status_restarts_total{namespace=\"polln\",pod=\"worker-7\",container=\"worker\"} 14");
	HAS(page, "kube_pod_container_status_ready{namespace=\"polln\",pod=\"colony-0\",container=\"colony\"} 1");
	HAS(page, "kube_pod_container_status_waiting_reason{namespace=\"polln\",pod=\"worker-7\",container=\"worker\","
		  "reason=\"CrashLoopBackOff\"} 1");
	HAS(page, "kube_pod_container_status_last_terminated_reason{namespace=\"polln\",pod=\"worker-7\","
		  "container=\"worker\",reason=\"OOMKilled\"} 1");
	HAS(page, "kube_pod_container_info{namespace=\"polln\",pod=\"colony-0\",container=\"colony\","
		  "image=\"polln/colony:2.4.1\",image_id=\"sha256:a\"} 1");
	HAS(page, "kube_pod_info{namespace=\"polln\",pod=\"colony-0\",node=\"node-a\",pod_ip=\"10.0.0.4\","
		  "created_by_kind=\"StatefulSet\",created_by_name=\"colony\"} 1");
	HAS(page, "kube_pod_created{namespace=\"polln\",pod=\"colony-0\"} 1767607200");
	HAS(page, "kube_pod_start_time{namespace=\"polln\",pod=\"colony-0\"} 1767607205");
	HAS(page, "command_success 1");
	HAS(page, "command_exit_status 0");
	command_page_release(&page);
}

Test(kubernetes_pods, table_with_trouble_first)
{
	struct command_page page;
	const struct detail_table *table;

	make(&page, list, "");
	cr_assert(page.detail);
	table = page.detail->first;
	cr_assert_eq(table->row_count, 4u);
	cr_expect_str_eq(table->cells[0 * table->column_count + 1].text, "worker-7");
	cr_expect_eq(table->cells[0 * table->column_count + 1].mood, DETAIL_BAD);
	cr_expect_str_eq(table->cells[0 * table->column_count + 2].text, "0/1");
	cr_expect_str_eq(table->cells[0 * table->column_count + 3].text, "CrashLoopBackOff");
	cr_expect_str_eq(table->cells[0 * table->column_count + 4].text, "14");
	cr_expect_str_eq(table->cells[0 * table->column_count + 5].text, "OOMKilled 5m");
	cr_expect_str_eq(table->cells[0 * table->column_count + 6].text, "1h");
	cr_expect_str_eq(table->cells[1 * table->column_count + 1].text, "next");
	cr_expect_eq(table->cells[1 * table->column_count + 1].mood, DETAIL_WARNING);
	cr_expect_str_eq(table->cells[2 * table->column_count + 1].text, "job-1");
	cr_expect_eq(table->cells[2 * table->column_count + 1].mood, DETAIL_PLAIN, "an ended job is no trouble");
	cr_expect_str_eq(table->cells[3 * table->column_count + 1].text, "colony-0");
	command_page_release(&page);
}

Test(kubernetes_pods, states_that_mean_trouble)
{
	struct command_page page;
	const struct detail_table *table;

	make(&page,
	     "{\"kind\":\"PodList\",\"items\":["
	     "{\"metadata\":{\"name\":\"a\",\"deletionTimestamp\":\"2026-01-05T11:59:00Z\"},\"status\":{\"phase\":"
	     "\"Running\","
	     "\"containerStatuses\":[{\"name\":\"c\",\"ready\":true}]}},"
	     "{\"metadata\":{\"name\":\"b\"},\"status\":{\"phase\":\"Failed\",\"reason\":\"Evicted\"}},"
	     "{\"metadata\":{\"name\":\"c\"},\"status\":{\"phase\":\"Pending\",\"initContainerStatuses\":[{\"name\":"
	     "\"i\","
	     "\"restartCount\":2,\"state\":{\"waiting\":{\"reason\":\"ImagePullBackOff\"}}}]}},"
	     "{\"metadata\":{\"name\":\"d\"},\"status\":{\"phase\":\"Pending\",\"containerStatuses\":[{\"name\":\"c\","
	     "\"state\":{\"waiting\":{\"reason\":\"ContainerCreating\"}}}]}},"
	     "{\"metadata\":{\"name\":\"e\"},\"status\":{\"phase\":\"Running\",\"containerStatuses\":[{\"name\":\"c\","
	     "\"ready\":true,\"restartCount\":1,\"state\":{\"running\":{}},\"lastState\":{\"terminated\":{"
	     "\"reason\":\"Error\",\"finishedAt\":\"2026-01-05T11:58:00Z\"}}}]}}]}",
	     "");
	table = page.detail->first;
	cr_assert_eq(table->row_count, 5u);
	cr_expect_str_eq(table->cells[0 * table->column_count + 3].text, "Init:ImagePullBackOff");
	cr_expect_str_eq(table->cells[1 * table->column_count + 3].text, "Evicted");
	cr_expect_str_eq(table->cells[2 * table->column_count + 1].text, "e", "restarted just now");
	cr_expect_eq(table->cells[2 * table->column_count + 5].mood, DETAIL_WARNING);
	cr_expect_str_eq(table->cells[3 * table->column_count + 3].text, "ContainerCreating");
	cr_expect_eq(table->cells[3 * table->column_count + 1].mood, DETAIL_WARNING);
	cr_expect_str_eq(table->cells[4 * table->column_count + 3].text, "Terminating");
	command_page_release(&page);
}

Test(kubernetes_pods, hostile_shapes)
{
	static const char *const texts[] = {
		"{\"items\":[]}",
		"{\"items\":[1,null,\"x\",[],{}]}",
		"{\"items\":[{\"metadata\":{\"name\":5},\"status\":{\"phase\":[],\"containerStatuses\":{\"a\":1}}}]}",
		"{\"items\":[{\"metadata\":{},\"status\":{\"containerStatuses\":[{\"restartCount\":\"x\",\"state\":3}]}"
		"}]}",
		"{\"kind\":\"Pod\"}",
	};
	struct command_page page;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		make(&page, texts[i], "");
		HAS(page, "command_success 1");
		command_page_release(&page);
	}
	make(&page, "{\"kind\":\"Status\"}", "no list of pods (as of kubectl get pods -o json)");
	cr_expect_null(page.detail);
	HAS(page, "command_success 0");
	HAS_NOT(page, "kube_");
	command_page_release(&page);
}
