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
