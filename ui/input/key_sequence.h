/*
 * A whole control sequence of a terminal to the event it stands for. Knows the
 * forms of xterm and its kin, rxvt, the Linux console and the kitty keyboard
 * protocol. What is no key, click or paste (replies, focus, releases) gives
 * false. Pure.
 */
#ifndef UI_INPUT_KEY_SEQUENCE_H
#define UI_INPUT_KEY_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/input/key_decoder.h"

/* One character or control byte as a key; false for what does not print and for ESC. */
bool key_sequence_plain(uint32_t code, struct key *ret);

/* Behind ESC [ up to and with the final byte. The beginning of a paste gives INPUT_PASTE without text. */
bool key_sequence_csi(const unsigned char *bytes, size_t count, struct input_event *ret);

/* Behind ESC O. */
bool key_sequence_ss3(const unsigned char *bytes, size_t count, struct input_event *ret);

/* Behind ESC [ [ : the function keys of the Linux console. */
bool key_sequence_linux(uint32_t final, struct input_event *ret);

#endif
