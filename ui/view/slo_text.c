#include "ui/view/slo_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dashboard/unit.h"

/* clang-format off */
static const struct {
	enum glyph sign;
	enum role role;
} looks[] = {
	[SLO_HEALTH_UNKNOWN]    = { GLYPH_ABSENT,   ROLE_DIM },
	[SLO_HEALTH_UNMEASURED] = { GLYPH_NO_DATA,  ROLE_DIM },
	[SLO_HEALTH_OK]         = { GLYPH_OK,       ROLE_OK },
	[SLO_HEALTH_WARNING]    = { GLYPH_WARNING,  ROLE_WARNING },
	[SLO_HEALTH_CRITICAL]   = { GLYPH_CRITICAL, ROLE_CRITICAL },
};
/* clang-format on */

enum glyph slo_sign(enum slo_health health, struct style *ret_style)
{
	*ret_style = style_fg(looks[health].role);
	return looks[health].sign;
}

void slo_ratio_text(double share, char *ret, size_t size)
{
	double percent = share * 100;
	int decimals = 2;

	if (isnan(share)) {
		snprintf(ret, size, "-");
		return;
	}
	/* 1e-10 is what a rate's extrapolation leaves of nothing. */
	if (fabs(percent - 100) < 1e-8)
		percent = 100;
	while (percent < 100 && decimals < 7 && percent + 0.5 * pow(10, -decimals) >= 100)
		decimals++;
	snprintf(ret, size, "%.*f", decimals, percent);
	for (size_t end = strlen(ret); strchr(ret, '.') && end && (ret[end - 1] == '0' || ret[end - 1] == '.'); end--) {
		bool point = ret[end - 1] == '.';

		ret[end - 1] = '\0';
		if (point)
			break;
	}
	snprintf(ret + strlen(ret), size - strlen(ret), "%%");
}

/* Is its value a share? Events are, where no other value stands for them. */
static bool is_share(const struct slo_line *line)
{
	return line->unit ? strcmp(line->unit, "percentunit") == 0 : line->kind == SLI_EVENTS && !line->value;
}

void slo_value_text(const struct slo_line *line, double value, char *ret, size_t size)
{
	if (is_share(line) || (line->kind == SLI_EVENTS && !line->value))
		slo_ratio_text(value, ret, size);
	else if (line->unit && strcmp(line->unit, "s") == 0)
		slo_duration_words(value * 1000, 3, ret, size);
	else
		unit_string(line->unit, value, UNIT_DECIMALS_AUTO, ret, size);
}

void slo_now_text(const struct slo_line *line, const struct slo_status *status, char *ret, size_t size)
{
	if (line->kind == SLI_UNMEASURED)
		snprintf(ret, size, "not measured");
	else if (isnan(status->now.value))
		snprintf(ret, size, "%s", slo_reading_why(&status->now));
	else
		slo_value_text(line, status->now.value, ret, size);
}

void slo_window_text(const struct slo_line *line, const struct slo_status *status, char *ret, size_t size)
{
	ret[0] = '\0';
	if (!slo_line_has_budget(line))
		return;
	if (isnan(status->window.value))
		snprintf(ret, size, "%s", slo_reading_why(&status->window));
	else
		slo_ratio_text(1 - status->window.value, ret, size);
}

void slo_objective_window(const struct slo_file *file, const struct slo_objective *objective, char *ret, size_t size)
{
	ret[0] = '\0';
	for (size_t i = objective->first; !ret[0] && i < objective->first + objective->count; i++)
		if (slo_line_has_budget(&file->lines[i]))
			slo_window_name(&file->lines[i].window, ret, size);
}

void slo_title_text(const struct slo_file *file, const struct slo_line *line, char *ret, size_t size)
{
	char theirs[32], mine[32];

	slo_objective_window(file, &file->objectives[line->objective], theirs, sizeof(theirs));
	slo_window_name(&line->window, mine, sizeof(mine));
	if (!slo_line_has_budget(line) || strcmp(mine, theirs) == 0)
		snprintf(ret, size, "%s", line->title);
	else
		snprintf(ret, size, "%s, %s", line->title, mine);
}

void slo_target_text(const struct slo_line *line, char *ret, size_t size)
{
	if (slo_line_has_budget(line))
		slo_share_text(line->target, ret, size);
	else
		snprintf(ret, size, "%s", line->has_goal ? line->goal.text : "");
}

void slo_left_text(const struct slo_line *line, const struct slo_status *status, char *ret, size_t size)
{
	char share[16], length[32];

	ret[0] = '\0';
	if (!slo_line_has_budget(line))
		return;
	slo_remaining_text(status->remaining, share, sizeof(share));
	slo_duration_words(status->remaining_ms, 3, length, sizeof(length));
	if (isnan(status->remaining) || isinf(status->remaining) || slo_budget(line->target) <= 0)
		snprintf(ret, size, "%s", isnan(status->remaining) ? "not known" : share);
	else
		snprintf(ret, size, "%s (%s)", share, length);
}

void slo_score_text(const struct slo_file *file, const struct slo_score *score, const struct slo_status *status,
		    char *ret, size_t size)
{
	const struct slo_line *line = score->line >= 0 ? &file->lines[score->line] : NULL;

	if (!line || !status || line->kind == SLI_UNMEASURED)
		snprintf(ret, size, "not measured");
	else if (score->show == SLO_SHOW_NOW)
		slo_now_text(line, status, ret, size);
	else if (score->show == SLO_SHOW_WINDOW)
		slo_window_text(line, status, ret, size);
	else if (isnan(status->remaining))
		snprintf(ret, size, "%s", slo_reading_why(&status->window));
	else
		slo_left_text(line, status, ret, size);
}

void slo_score_target(const struct slo_file *file, const struct slo_score *score, char *ret, size_t size)
{
	if (score->target)
		snprintf(ret, size, "%s", score->target);
	else if (score->line >= 0)
		slo_target_text(&file->lines[score->line], ret, size);
	else
		ret[0] = '\0';
}

/* Of the value its alert lines and its goal; of window and budget what the line is. */
enum slo_health slo_score_health(const struct slo_score *score, const struct slo_status *status)
{
	if (score->line < 0 || !status || status->health == SLO_HEALTH_UNMEASURED)
		return SLO_HEALTH_UNMEASURED;
	if (score->show != SLO_SHOW_NOW && (!isnan(status->remaining) || status->health > SLO_HEALTH_OK))
		return status->health;
	if (score->show != SLO_SHOW_NOW)
		return SLO_HEALTH_UNKNOWN;
	if (isnan(status->now.value))
		return SLO_HEALTH_UNKNOWN;
	if (status->level == SLO_LEVEL_CRITICAL)
		return SLO_HEALTH_CRITICAL;
	return status->level == SLO_LEVEL_WARNING || status->missed ? SLO_HEALTH_WARNING : SLO_HEALTH_OK;
}

const char *slo_score_level(const struct slo_score *score, const struct slo_status *status)
{
	enum slo_health health = slo_score_health(score, status);

	if (health == SLO_HEALTH_WARNING && score->show == SLO_SHOW_NOW && status->level == SLO_LEVEL_OK)
		return "goal missed";
	return slo_health_name(health);
}
