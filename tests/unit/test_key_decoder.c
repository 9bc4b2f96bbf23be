/* Bytes to keys: every form of every key, at every split, and nothing from what is none. */
#include <criterion/criterion.h>
#include <string.h>

#include "ui/input/key_decoder.h"

/* What was decoded, as words: "Up Ctrl-L paste(text) press(3,4)". */
static void on_input(void *user, const struct input_event *event)
{
	struct strbuf *said = user;
	static const char *const mouse[] = { "press", "wheel-up", "wheel-down" };
	char name[24];

	if (said->length)
		strbuf_addch(said, ' ');
	switch (event->kind) {
	case INPUT_KEY:
		key_name(event->key, name, sizeof(name));
		strbuf_addstr(said, name);
		break;
	case INPUT_PASTE: strbuf_addf(said, "paste(%s)", event->text); break;
	case INPUT_MOUSE: strbuf_addf(said, "%s(%d,%d)", mouse[event->mouse], event->x, event->y); break;
	}
}

struct decoding {
	struct key_decoder decoder;
	struct strbuf said;
	int64_t now_ms;
};

static void begin(struct decoding *decoding)
{
	key_decoder_init(&decoding->decoder);
	strbuf_init(&decoding->said);
	decoding->now_ms = 1000;
}

static void end(struct decoding *decoding)
{
	key_decoder_release(&decoding->decoder);
	strbuf_release(&decoding->said);
}

static void feed(struct decoding *decoding, const char *bytes, size_t count)
{
	key_decoder_feed(&decoding->decoder, bytes, count, decoding->now_ms, on_input, &decoding->said);
}

static void feed_text(struct decoding *decoding, const char *text)
{
	feed(decoding, text, strlen(text));
}

static void time_out(struct decoding *decoding, int64_t swallow_ms)
{
	decoding->now_ms += KEY_DECODER_ESCAPE_MS;
	key_decoder_timeout(&decoding->decoder, decoding->now_ms, swallow_ms, on_input, &decoding->said);
}

static void assert_said(struct decoding *decoding, const char *expected)
{
	cr_assert_str_eq(decoding->said.text, expected);
	strbuf_clear(&decoding->said);
}

struct row {
	const char *bytes;
	const char *expected;
};

static const struct row sequences[] = {
	/* xterm, vt100, linux */
	{ "\033[A", "Up" },
	{ "\033[B", "Down" },
	{ "\033[C", "Right" },
	{ "\033[D", "Left" },
	{ "\033OA", "Up" },
	{ "\033OB", "Down" },
	{ "\033OC", "Right" },
	{ "\033OD", "Left" },
	{ "\033[H", "Home" },
	{ "\033[F", "End" },
	{ "\033OH", "Home" },
	{ "\033OF", "End" },
	{ "\033[Z", "Shift-Tab" },
	{ "\033[1~", "Home" },
	{ "\033[2~", "Insert" },
	{ "\033[3~", "Delete" },
	{ "\033[4~", "End" },
	{ "\033[5~", "PgUp" },
	{ "\033[6~", "PgDn" },
	{ "\033[7~", "Home" },
	{ "\033[8~", "End" },
	{ "\033OP", "F1" },
	{ "\033OQ", "F2" },
	{ "\033OR", "F3" },
	{ "\033OS", "F4" },
	{ "\033[11~", "F1" },
	{ "\033[15~", "F5" },
	{ "\033[17~", "F6" },
	{ "\033[21~", "F10" },
	{ "\033[23~", "F11" },
	{ "\033[24~", "F12" },
	{ "\033[[A", "F1" },
	{ "\033[[E", "F5" },
	/* held keys */
	{ "\033[1;5A", "Ctrl-Up" },
	{ "\033[1;2D", "Shift-Left" },
	{ "\033[1;3C", "Alt-Right" },
	{ "\033[1;8H", "Ctrl-Alt-Shift-Home" },
	{ "\033[5;5~", "Ctrl-PgUp" },
	{ "\033[1;2P", "Shift-F1" },
	{ "\033[1;6Z", "Ctrl-Shift-Tab" },
	{ "\033O5A", "Ctrl-Up" },
	{ "\033O1;5P", "Ctrl-F1" },
	{ "\033[1;9A", "" }, /* meta */
	/* rxvt */
	{ "\033[a", "Shift-Up" },
	{ "\033Od", "Ctrl-Left" },
	{ "\033[7$", "Shift-Home" },
	{ "\033[7^", "Ctrl-Home" },
	{ "\033[7@", "Ctrl-Shift-Home" },
	/* application keypad */
	{ "\033OM", "Enter" },
	{ "\033Ok", "+" },
	{ "\033Om", "-" },
	{ "\033Op", "0" },
	{ "\033Oy", "9" },
	/* eight bits */
	{ "\x9b"
	  "A",
	  "Up" },
	{ "\xc2\x9b"
	  "1;5A",
	  "Ctrl-Up" },
	{ "\x8f"
	  "A",
	  "Up" },
	/* kitty and modifyOtherKeys */
	{ "\033[97u", "a" },
	{ "\033[97;2u", "A" },
	{ "\033[97:65;2u", "A" },
	{ "\033[49:33;2u", "!" },
	{ "\033[49;2u", "" }, /* which sign that is, only the layout knows */
	{ "\033[97;5u", "Ctrl-A" },
	{ "\033[105;5u", "Tab" },
	{ "\033[97;3u", "Alt-a" },
	{ "\033[97;65u", "A" },  /* caps lock */
	{ "\033[97;66u", "a" },  /* and shift */
	{ "\033[97;129u", "a" }, /* num lock */
	{ "\033[97;9u", "" },    /* super */
	{ "\033[97;1:1u", "a" },
	{ "\033[97;1:2u", "a" },
	{ "\033[97;1:3u", "" }, /* released */
	{ "\033[1;1:3A", "" },
	{ "\033[27u", "Esc" },
	{ "\033[13u", "Enter" },
	{ "\033[13;2u", "Shift-Enter" },
	{ "\033[9;2u", "Shift-Tab" },
	{ "\033[127u", "Backspace" },
	{ "\033[233u", "\xc3\xa9" },
	{ "\033[57399u", "0" },
	{ "\033[57417u", "Left" },
	{ "\033[57358u", "" }, /* caps lock itself */
	{ "\033[1u", "" },
	{ "\033[155u", "" },
	{ "\033[27;5;105~", "Tab" },
	{ "\033[27;6;65~", "Ctrl-A" },
	{ "\033[27;2;33~", "!" },
	{ "\033[27;5~", "" },
	/* mouse */
	{ "\033[<0;1;1M", "press(0,0)" },
	{ "\033[<0;12;5M", "press(11,4)" },
	{ "\033[<0;12;5m", "" },
	{ "\033[<2;12;5M", "" },
	{ "\033[<32;12;5M", "" },
	{ "\033[<35;12;5M", "" },
	{ "\033[<64;3;4M", "wheel-up(2,3)" },
	{ "\033[<65;3;4M", "wheel-down(2,3)" },
	{ "\033[<66;3;4M", "" },
	{ "\033[<0;0;1M", "" },
	{ "\033[<0;12M", "" },
	{ "\033[<99999999999999999999;1;1M", "" },
	{ "\033[M !!", "" },
	{ "\033[M#RT", "" },
	{ "\033[M\x80\xff\xfe", "" },
	{ "\033[32;10;11M", "" }, /* urxvt's mode 1015 */
	/* paste */
	{ "\033[200~\033[201~", "paste()" },
	{ "\033[200~R!T\033[201~", "paste(R!T)" },
	{ "\033[200~a\r\nb\tc\033[A\033[20\033\033[201~", "paste(a\r\nb\tc\033[A\033[20\033)" },
	{ "\033[200~\xe4\xb8\x8d\033[201~", "paste(\xe4\xb8\x8d)" },
	{ "\033[201~", "" },
	/* replies and reports */
	{ "\033[I", "" },
	{ "\033[O", "" },
	{ "\033[?62;1;4c", "" },
	{ "\033[>41;370;0c", "" },
	{ "\033[24;80R", "" },
	{ "\033[1;2R", "" },
	{ "\033[?24;80R", "" },
	{ "\033[0n", "" },
	{ "\033[?2026;2$y", "" },
	{ "\033[4;1$y", "" },
	{ "\033[8;24;80t", "" },
	{ "\033[?1u", "" },
	{ "\033[?1;2;3S", "" },
	{ "\033]11;rgb:0000/0000/0000\033\\", "" },
	{ "\033]11;rgb:0000/0000/0000\a", "" },
	{ "\033]52;c;UlQh\033\\", "" },
	{ "\033]lRT! title\033\\", "" },
	{ "\033]0;\xc5\x9cR\033\\", "" }, /* has the byte of a terminator in a letter */
	{ "\x9d"
	  "11;R\x9c",
	  "" },
	{ "\033P1$r0m\033\\", "" },
	{ "\033P>|XTerm(370)\033\\", "" },
	{ "\033P!|00000000\033\\", "" },
	{ "\033P1+r544e=787465\033\\", "" },
	{ "\033_Gi=31;OK\033\\", "" },
	{ "\033^R\033\\", "" },
	{ "\033XR\033\\", "" },
	/* nobody knows them */
	{ "\033[99~", "" },
	{ "\033[x", "" },
	{ "\033[1;2;3;4;5X", "" },
	{ "\033[1;5!R", "" },
	{ "\033[=R", "" },
	{ "\033Oz", "" },
	{ "\033[[R", "" },
	{ "\033[111111111111111111111111111111111111111111111111111111111111111111111111A", "" },
	/* plain */
	{ "a", "a" },
	{ "R", "R" },
	{ "\r", "Enter" },
	{ "\n", "Enter" },
	{ "\t", "Tab" },
	{ "\x7f", "Backspace" },
	{ "\b", "Backspace" },
	{ "\x01", "Ctrl-A" },
	{ "\x0c", "Ctrl-L" },
	{ "\x1a", "Ctrl-Z" },
	{ "\x1c", "Ctrl-\\" },
	{ "\x1f", "Ctrl-_" },
	{ "\xc3\xa9", "\xc3\xa9" },
	{ "\xe2\x82\xac", "\xe2\x82\xac" },
	{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
	/* malformed and unsafe */
	{ "\xff", "" },
	{ "\xc0\x80", "" },
	{ "\xe0\x80\x80", "" },
	{ "\xed\xa0\x80", "" },
	{ "\xf5\xbf", "" },
	{ "\xe2\x80\xae", "" },
	{ "\x84", "" },
};

#define ROWS (sizeof(sequences) / sizeof(*sequences))

Test(key_decoder, whole_sequences)
{
	for (size_t i = 0; i < ROWS; i++) {
		struct decoding decoding;

		begin(&decoding);
		feed_text(&decoding, sequences[i].bytes);
		cr_assert_str_eq(decoding.said.text, sequences[i].expected, "row %zu", i);
		cr_assert_not(key_decoder_waiting(&decoding.decoder), "row %zu", i);
		end(&decoding);
	}
}

/* After each the next key is itself again, whatever the pieces were. */
Test(key_decoder, every_split_gives_the_same)
{
	for (size_t i = 0; i < ROWS; i++) {
		struct strbuf expected = STRBUF_INIT, bytes = STRBUF_INIT;

		strbuf_addf(&bytes, "%sz", sequences[i].bytes);
		strbuf_addf(&expected, "%s%sz", sequences[i].expected, *sequences[i].expected ? " " : "");
		for (size_t first = 0; first <= bytes.length; first++) {
			for (size_t second = first; second <= bytes.length; second++) {
				struct decoding decoding;

				begin(&decoding);
				feed(&decoding, bytes.text, first);
				decoding.now_ms += 3;
				feed(&decoding, bytes.text + first, second - first);
				decoding.now_ms += 3;
				feed(&decoding, bytes.text + second, bytes.length - second);
				cr_assert_str_eq(decoding.said.text, expected.text, "row %zu at %zu and %zu", i, first,
						 second);
				end(&decoding);
			}
		}
		strbuf_release(&expected);
		strbuf_release(&bytes);
	}
}

Test(key_decoder, two_sequences_do_not_mix)
{
	for (size_t i = 0; i < ROWS; i++) {
		for (size_t j = 0; j < ROWS; j++) {
			struct strbuf expected = STRBUF_INIT;
			struct decoding decoding;
			const char *a = sequences[i].expected, *b = sequences[j].expected;

			strbuf_addf(&expected, "%s%s%s", a, *a && *b ? " " : "", b);
			begin(&decoding);
			feed_text(&decoding, sequences[i].bytes);
			feed_text(&decoding, sequences[j].bytes);
			cr_assert_str_eq(decoding.said.text, expected.text, "rows %zu and %zu", i, j);
			end(&decoding);
			strbuf_release(&expected);
		}
	}
}

Test(key_decoder, nul_is_ctrl_space)
{
	struct decoding decoding;

	begin(&decoding);
	feed(&decoding, "a\0b", 3);
	assert_said(&decoding, "a Ctrl-Space b");
	end(&decoding);
}

Test(key_decoder, lone_escape_waits_for_its_time)
{
	struct decoding decoding;

	begin(&decoding);
	feed_text(&decoding, "\033");
	assert_said(&decoding, "");
	cr_assert(key_decoder_waiting(&decoding.decoder));
	time_out(&decoding, 0);
	assert_said(&decoding, "Esc");
	cr_assert_not(key_decoder_waiting(&decoding.decoder));
	time_out(&decoding, 0);
	assert_said(&decoding, "");
	decoding.now_ms += KEY_DECODER_SWALLOW_MS;
	feed_text(&decoding, "[");
	assert_said(&decoding, "[");
	end(&decoding);
}

Test(key_decoder, alt_only_in_one_read)
{
	static const struct row rows[] = {
		{ "\033x", "Alt-x" },
		{ "\033X", "" }, /* the beginning of a string */
		{ "\033A", "Alt-A" },
		{ "\033\x7f", "Alt-Backspace" },
		{ "\033\r", "Alt-Enter" },
		{ "\033\x0c", "Ctrl-Alt-L" },
		{ "\033\xc3\xa9", "Alt-\xc3\xa9" },
		{ "\033\033[A", "Alt-Up" },
		{ "\033\033OA", "Alt-Up" },
		{ "\033\033[3~", "Alt-Delete" },
		{ "\033\033x", "Esc Alt-x" },
		{ "\033\033\033[A", "Esc Alt-Up" },
		{ "\033\xff", "" },
	};
	struct decoding decoding;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		begin(&decoding);
		feed_text(&decoding, rows[i].bytes);
		cr_assert_str_eq(decoding.said.text, rows[i].expected, "row %zu", i);
		end(&decoding);
	}
	/* Apart they are an Escape; what may be the other half of an Alt key is no key. */
	begin(&decoding);
	feed_text(&decoding, "\033");
	decoding.now_ms += 5;
	feed_text(&decoding, "A");
	assert_said(&decoding, "Esc");
	feed_text(&decoding, "A");
	assert_said(&decoding, "A");
	end(&decoding);
}

Test(key_decoder, escapes_in_a_row)
{
	struct decoding decoding;

	begin(&decoding);
	feed_text(&decoding, "\033\033");
	assert_said(&decoding, "");
	time_out(&decoding, 0);
	assert_said(&decoding, "Esc Esc");
	feed_text(&decoding, "\033\033\033");
	assert_said(&decoding, "Esc");
	time_out(&decoding, 0);
	assert_said(&decoding, "Esc Esc");
	decoding.now_ms += 1000;
	feed_text(&decoding, "\033");
	feed_text(&decoding, "\033");
	assert_said(&decoding, "Esc");
	feed_text(&decoding, "[A");
	assert_said(&decoding, "Up");
	feed_text(&decoding, "\033\033");
	feed_text(&decoding, "[A");
	assert_said(&decoding, "Esc Up");
	feed_text(&decoding, "\033\033");
	feed_text(&decoding, "x");
	assert_said(&decoding, "Esc Esc");
	end(&decoding);
}

/* The ESC was a key already when the rest came: no letter of it may become one. */
Test(key_decoder, rest_of_a_split_sequence_is_swallowed)
{
	static const char *const rests[] = { "[A",    "OA",       "[1;5R",        "[<0;12;5M",    "A",
					     "[M#RT", "\xc3\xa9", "]11;RT\033\\", "P1$rRT\033\\", "[200~RT!\033[201~",
					     "[[A",   "[97;2u" };

	for (size_t i = 0; i < sizeof(rests) / sizeof(*rests); i++) {
		for (size_t split = 1; split <= strlen(rests[i]); split++) {
			struct decoding decoding;

			begin(&decoding);
			feed_text(&decoding, "\033");
			time_out(&decoding, 0);
			decoding.now_ms += KEY_DECODER_SWALLOW_MS - 1;
			feed(&decoding, rests[i], split);
			/* What has begun is swallowed to its end, however long that takes. */
			decoding.now_ms += 5000;
			feed_text(&decoding, rests[i] + split);
			cr_assert_str_eq(decoding.said.text, "Esc", "%zu at %zu: %s", i, split, decoding.said.text);
			feed_text(&decoding, "z");
			cr_assert_str_eq(decoding.said.text, "Esc z", "%zu at %zu: %s", i, split, decoding.said.text);
			end(&decoding);
		}
	}
}

Test(key_decoder, swallows_for_the_round_trip)
{
	struct decoding decoding;

	begin(&decoding);
	feed_text(&decoding, "\033");
	time_out(&decoding, 700);
	decoding.now_ms += 699;
	feed_text(&decoding, "[A");
	assert_said(&decoding, "Esc");
	feed_text(&decoding, "\033");
	time_out(&decoding, 700);
	decoding.now_ms += 700;
	feed_text(&decoding, "[A");
	assert_said(&decoding, "Esc [ A");
	/* A sequence of its own is none of that rest. */
	feed_text(&decoding, "\033");
	time_out(&decoding, 700);
	feed_text(&decoding, "\033[A");
	assert_said(&decoding, "Esc Up");
	end(&decoding);
}

Test(key_decoder, strings_end_with_what_is_not_of_them)
{
	static const struct row rows[] = {
		{ "\033]1;abc\rz", "z" },
		{ "\033Pabcz", "b c z" },
		{ "\033P1r\x03z", "z" },
		{ "\033]xz", "z" },
		{ "\033]12xz", "z" },
		{ "\033]1;abc\x18z", "z" },
		{ "\033]1;abc\033[Az", "Up z" },
		{ "\033]1;abc\033OAz", "Up z" },
		{ "\033]1;abc\033xz", "z" },
		{ "\033]1;abc\033]1;de\az", "z" },
		{ "\033]1;abc\033\033[Az", "Up z" },
		{ "\033[1;5\rz", "z" },
		{ "\033[1;5\033[Az", "Up z" },
		{ "\033[1;5\x9b"
		  "Az",
		  "Up z" },
		{ "\033[1;5\xc3\xa9z", "z" },
		{ "\033[1;5\x7fz", "z" },
		{ "\033O\033[Az", "Up z" },
		{ "\033O\rz", "z" },
		{ "\033[[\033[Az", "Up z" },
		{ "\033[M!\033[Az", "Up z" },
		{ "\xe2\x82z", "z" },
		{ "\xe2\033[Az", "Up z" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct decoding decoding;

		begin(&decoding);
		feed_text(&decoding, rows[i].bytes);
		cr_assert_str_eq(decoding.said.text, rows[i].expected, "row %zu", i);
		end(&decoding);
	}
}

Test(key_decoder, escape_leads_out_of_a_string)
{
	struct decoding decoding;

	begin(&decoding);
	feed_text(&decoding, "\033]1;abc");
	cr_assert_not(key_decoder_waiting(&decoding.decoder));
	feed_text(&decoding, "\033");
	cr_assert(key_decoder_waiting(&decoding.decoder));
	time_out(&decoding, 0);
	feed_text(&decoding, "\\");
	assert_said(&decoding, "");
	feed_text(&decoding, "R");
	assert_said(&decoding, "R");
	end(&decoding);
}

Test(key_decoder, a_paste_without_an_end_ends_by_silence)
{
	struct decoding decoding;

	begin(&decoding);
	feed_text(&decoding, "\033[200~abc");
	cr_assert_eq(key_decoder_wait_ms(&decoding.decoder), KEY_DECODER_SILENCE_MS);
	assert_said(&decoding, "");
	time_out(&decoding, 0);
	assert_said(&decoding, "paste(abc)");
	cr_assert_eq(key_decoder_wait_ms(&decoding.decoder), 0);
	feed_text(&decoding, "q");
	assert_said(&decoding, "q");
	/* What comes later of a stalled one is no key. */
	feed_text(&decoding, "the rest of a long text that came late, with q and ! in it");
	assert_said(&decoding, "");
	feed_text(&decoding, "and its end\033[201~q");
	assert_said(&decoding, "q");
	feed_text(&decoding, "\033[200~new\033[201~");
	assert_said(&decoding, "paste(new)");
	for (int i = 0; i < 40; i++)
		feed_text(&decoding, "j");
	cr_assert_eq(decoding.said.length, 79, "keys are keys again");
	end(&decoding);
}

Test(key_decoder, paste_has_a_limit)
{
	struct decoding decoding;

	begin(&decoding);
	feed_text(&decoding, "\033[200~");
	for (int i = 0; i < KEY_DECODER_PASTE_BYTES / 8 + 1000; i++)
		feed_text(&decoding, "RT!\033[20R");
	cr_assert_leq(decoding.decoder.paste.length, KEY_DECODER_PASTE_BYTES);
	feed(&decoding, "\0", 1);
	cr_assert_not(key_decoder_waiting(&decoding.decoder));
	assert_said(&decoding, "");
	feed_text(&decoding, "\033[201~");
	cr_assert_leq(decoding.said.length, KEY_DECODER_PASTE_BYTES + strlen("paste()"));
	cr_assert_geq(decoding.said.length, KEY_DECODER_PASTE_BYTES);
	cr_assert_eq(decoding.decoder.paste.capacity, 0, "the memory goes back");
	strbuf_clear(&decoding.said);
	feed_text(&decoding, "z");
	assert_said(&decoding, "z");
	end(&decoding);
}

/* Any two bytes in front of each sequence that acts on nothing: an acting key never comes of it. */
Test(key_decoder, garbage_makes_no_acting_key)
{
	for (int first = 0; first < 256; first++) {
		for (int second = 0; second < 256; second++) {
			const char bytes[] = {
				'\033', '[', (char)first, (char)second, '1', ';', '5', 'z', '\033', '\\'
			};
			struct decoding decoding;

			/* Where the bytes themselves are letters or begin CSI u, they may well say so. */
			if ((first >= 'A' && first <= 'Z') || (second >= 'A' && second <= 'Z') || first == '!' ||
			    second == '!')
				continue;
			begin(&decoding);
			feed(&decoding, bytes, sizeof(bytes));
			for (const char *at = decoding.said.text; *at; at++)
				cr_assert_not(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ!", *at) &&
						      (at == decoding.said.text || at[-1] == ' ') &&
						      (at[1] == ' ' || at[1] == '\0'),
					      "%02x %02x: %s", (unsigned)first, (unsigned)second, decoding.said.text);
			end(&decoding);
		}
	}
}
