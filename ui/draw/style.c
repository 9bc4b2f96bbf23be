#include "ui/draw/style.h"

struct style style_role(enum role role)
{
	if (role == ROLE_NONE)
		return (struct style){ 0 };
	return (struct style){
		.fg = { .kind = COLOUR_ROLE_FG, .role = (uint8_t)role },
		.bg = { .kind = COLOUR_ROLE_BG, .role = (uint8_t)role },
	};
}

struct style style_fg(enum role role)
{
	if (role == ROLE_NONE)
		return (struct style){ 0 };
	return (struct style){ .fg = { .kind = COLOUR_ROLE_FG, .role = (uint8_t)role } };
}

struct style style_rgb(uint32_t rgb)
{
	return (struct style){ .fg = { .kind = COLOUR_RGB, .rgb = rgb & 0xFFFFFF } };
}

struct style style_with(struct style style, unsigned attributes)
{
	style.attributes |= (uint8_t)attributes;
	return style;
}

static bool colour_equal(const struct colour *a, const struct colour *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case COLOUR_DEFAULT: return true;
	case COLOUR_RGB: return a->rgb == b->rgb;
	default: return a->role == b->role;
	}
}

bool style_equal(const struct style *a, const struct style *b)
{
	return a->attributes == b->attributes && colour_equal(&a->fg, &b->fg) && colour_equal(&a->bg, &b->bg);
}
