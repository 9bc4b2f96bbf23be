/*
 * Tests run in processes of their own and are looked at for leaks when they
 * end. The process that starts them holds nothing of ours, and Criterion
 * forgets two of its timers there; only that process hears of PRE_ALL.
 */
#include <criterion/criterion.h>
#include <criterion/hooks.h>

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
#include <sanitizer/lsan_interface.h>

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	__lsan_disable();
}
#endif
