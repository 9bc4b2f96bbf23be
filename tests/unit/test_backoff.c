#include <criterion/criterion.h>

#include "query/backoff.h"

Test(backoff, grows_within_its_bounds)
{
	static const int64_t bases[] = { 1000, 2000, 4000, 8000, 16000, 20000, 20000, 20000 };

	for (uint64_t seed = 1; seed < 200; seed++) {
		struct backoff backoff;

		backoff_init(&backoff, seed);
		for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
			int64_t delay = backoff_next(&backoff, 0);

			cr_assert_geq(delay, bases[i]);
			cr_assert_leq(delay, bases[i] * 3 / 2);
			cr_assert_leq(delay, BACKOFF_LONGEST_MS);
		}
	}
}

Test(backoff, differs_between_consoles)
{
	struct backoff a, b;
	int differ = 0;

	backoff_init(&a, 0);
	backoff_init(&b, 0);
	for (int i = 0; i < 10; i++)
		differ += backoff_next(&a, 0) != backoff_next(&b, 0);
	cr_expect_gt(differ, 0);
}

Test(backoff, hears_the_server_and_starts_anew)
{
	struct backoff backoff;

	backoff_init(&backoff, 7);
	cr_expect_eq(backoff_next(&backoff, 12000), 12000);
	cr_expect_eq(backoff_next(&backoff, 3600000), BACKOFF_LONGEST_MS);
	for (int i = 0; i < 1000; i++)
		backoff_next(&backoff, 0);
	backoff_reset(&backoff);
	cr_expect_leq(backoff_next(&backoff, 0), 1500);
}
