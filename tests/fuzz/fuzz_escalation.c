#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "invariant.h"
#include "alert/escalation.h"
#include "alert/week.h"
#include "base/clock.h"

/* Around a hand-off, midnights and years. */
static const int64_t times[] = { 0,
				 1,
				 INT64_C(951782400000),
				 INT64_C(1773046799999),
				 INT64_C(1773046800000),
				 INT64_C(1798761600000),
				 INT64_C(32503680000000) };

static void check_clock(const struct escalation *policy, int priority, int64_t now_ms)
{
	struct escalation_clock clock;

	escalation_clock(policy, priority, now_ms / 2, now_ms, &clock);
	never(clock.runs && (clock.half_ms < now_ms / 2 || clock.left_ms > policy->levels[priority].respond_ms));
	never(clock.next && (!clock.who || clock.next_ms <= now_ms));
}

/* Whatever a policy says, each answer holds together. */
static void check_policy(const struct escalation *policy)
{
	struct label items[] = { { "alertname", "ColonyDown" }, { "job", "db" }, { "severity", "critical" } };
	struct labels labels = { items, 3 };
	int priority = escalation_priority(policy, &labels);

	never(priority < PRIORITY_NONE || priority >= PRIORITY_COUNT);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		int64_t until_ms, handoff_ms = escalation_handoff_ms(policy, times[i]);

		never(escalation_muted(policy, &labels, times[i], &until_ms) && until_ms <= times[i]);
		never(handoff_ms && handoff_ms <= times[i]);
		always(escalation_who(policy, "on-call", times[i]));
		for (int k = PRIORITY_NONE; k <= PRIORITY_COUNT; k++)
			check_clock(policy, k, times[i]);
		for (size_t k = 0; k < escalation_contact_count(policy); k++)
			(void)escalation_reachable(escalation_contact(policy, k), times[i]);
	}
	for (int i = 0; i < PRIORITY_COUNT; i++)
		never(!policy->levels[i].word || policy->levels[i].ack_ms <= 0);
}

static void check_hours(const char *text)
{
	struct hours hours;
	struct error error = { "" };

	if (hours_parse(&hours, text, &error)) {
		never(!*error.text);
		return;
	}
	for (size_t i = 0; i < hours.count; i++)
		never(hours.ranges[i].till <= hours.ranges[i].from || !hours.ranges[i].days);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		always(hours_hold(&hours, times[i]) == hours_hold(&hours, times[i] + WEEK_MS));
}

/* A file of memory that is read as any other one; its name is good until the next. */
static const char *file_of(const char *text, size_t size)
{
	static char path[40];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("escalation", MFD_CLOEXEC);
		never(fd < 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	never(ftruncate(fd, 0) < 0 || pwrite(fd, text, size, 0) != (ssize_t)size);
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct escalation policy;
	struct error_list errors;
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	escalation_init(&policy);
	error_list_init(&errors);
	never((escalation_read(&policy, file_of(text, size), &errors) == 0) != (errors.errors == 0));
	check_policy(&policy);
	check_hours(text);
	error_list_release(&errors);
	escalation_release(&policy);
	free(text);
	return 0;
}
