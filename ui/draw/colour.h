/*
 * Measures of colour: how far two colours are apart to the eye (OKLab), also
 * to eyes that lack a kind of cone, and the fixed palette of xterm. Finding
 * the nearest of a palette and contrast are declared in theme.h.
 */
#ifndef UI_DRAW_COLOUR_H
#define UI_DRAW_COLOUR_H

#include <stdint.h>

enum vision { VISION_USUAL, VISION_PROTANOPIA, VISION_DEUTERANOPIA, VISION_TRITANOPIA, VISION_COUNT };

struct oklab {
	double lightness, a, b; /* 0..1; about -0.4..0.4 */
};

struct oklab colour_oklab(uint32_t rgb);

/* OKLab distance as seen with `vision`: 0 equal, 1 black and white; 0.02 is hard to tell apart side by side. */
double colour_distance(uint32_t a, uint32_t b, enum vision vision);

/* `share` 0 gives a, 1 gives b. */
uint32_t colour_mix(uint32_t a, uint32_t b, double share);

/* The colour xterm gives 0..255 when the user changed nothing. */
uint32_t colour_xterm(int index);

#endif
