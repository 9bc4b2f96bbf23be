/*
 * What the table of functions points to. window_* and thinned_* take one
 * window, value_* one sample, special_* a whole call; each is declared by the
 * name of the PromQL function it computes.
 */
#ifndef PROMQL_FUNCTION_IMPL_H
#define PROMQL_FUNCTION_IMPL_H

#include <stdbool.h>

#include "promql/window.h"

struct eval;
struct expr;
struct grid;

typedef bool window_fn(const struct window *window, const double *arguments, double *ret);
typedef bool value_fn(double value, const double *arguments, double *ret);
typedef int special_fn(struct eval *eval, const struct expr *call, struct grid *ret);

/* function_rate.c */
window_fn window_rate, window_increase, window_delta, window_irate, window_idelta;
window_fn thinned_rate, thinned_increase, thinned_delta;

/* function_trend.c */
window_fn window_changes, window_resets, window_deriv, window_predict_linear;
special_fn special_double_exponential_smoothing;

/* function_over_time.c */
window_fn window_avg_over_time, window_sum_over_time, window_count_over_time, window_min_over_time;
window_fn window_max_over_time, window_last_over_time, window_first_over_time, window_present_over_time;
window_fn window_stddev_over_time, window_stdvar_over_time, window_quantile_over_time, window_mad_over_time;
window_fn window_ts_of_first_over_time, window_ts_of_last_over_time;
window_fn window_ts_of_max_over_time, window_ts_of_min_over_time;

/* function_thinned.c */
window_fn thinned_avg_over_time, thinned_sum_over_time, thinned_count_over_time, thinned_min_over_time;
window_fn thinned_max_over_time, thinned_last_over_time, thinned_first_over_time, thinned_present_over_time;

/* function_math.c */
value_fn value_abs, value_acos, value_acosh, value_asin, value_asinh, value_atan, value_atanh, value_ceil;
value_fn value_clamp, value_clamp_max, value_clamp_min, value_cos, value_cosh, value_deg, value_exp, value_floor;
value_fn value_ln, value_log10, value_log2, value_rad, value_sgn, value_sin, value_sinh, value_sqrt;
value_fn value_tan, value_tanh;
special_fn special_pi, special_round;

/* function_time.c */
special_fn special_day_of_month, special_day_of_week, special_day_of_year, special_days_in_month;
special_fn special_hour, special_minute, special_month, special_year, special_time, special_timestamp;

/* function_vector.c */
special_fn special_absent, special_absent_over_time, special_scalar, special_vector;

/* function_sort.c */
special_fn special_sort, special_sort_desc, special_sort_by_label, special_sort_by_label_desc;

/* function_label.c */
special_fn special_label_join, special_label_replace;

/* function_histogram.c */
special_fn special_histogram_quantile;

#endif
