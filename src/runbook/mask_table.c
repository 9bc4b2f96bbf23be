/* The patterns that are known. */
#include "runbook/mask_private.h"

#define NAME(text)                                                                                                     \
	{                                                                                                              \
		text, sizeof(text) - 1, PATTERN_NAME, 0, 0, 0, 0                                                       \
	}
#define NAME_IF(text, flags)                                                                                           \
	{                                                                                                              \
		text, sizeof(text) - 1, PATTERN_NAME, flags, 0, 0, 0                                                   \
	}
#define HEADER(text)                                                                                                   \
	{                                                                                                              \
		text, sizeof(text) - 1, PATTERN_HEADER, 0, 0, 0, 0                                                     \
	}
#define TOKEN(text, of, least)                                                                                         \
	{                                                                                                              \
		text, sizeof(text) - 1, PATTERN_TOKEN, PATTERN_WORD, of, least, 0                                      \
	}
#define OTHER(text, kind)                                                                                              \
	{                                                                                                              \
		text, sizeof(text) - 1, kind, 0, 0, 0, 0                                                               \
	}

const struct pattern mask_patterns[] = {
	/* Names, whatever stands before them: PGPASSWORD, db.password, x-vault-token. */
	NAME("password"),
	NAME("passwd"),
	NAME_IF("pass", PATTERN_WORD),
	NAME("_pass"),
	NAME("_pwd"),
	NAME(";pwd"),
	NAME("secret"),
	NAME("secret_key"),
	NAME("secret-key"),
	NAME("secretkey"),
	NAME("token"),
	NAME("api_key"),
	NAME("api-key"),
	NAME("apikey"),
	NAME("access_key"),
	NAME("access-key"),
	NAME("accesskey"),
	NAME("account_key"),
	NAME("accountkey"),
	NAME("private_key"),
	NAME("private-key"),
	NAME("privatekey"),
	NAME("signing_key"),
	NAME("signing-key"),
	NAME("encryption_key"),
	NAME("encryption-key"),
	NAME("encryptionkey"),
	NAME("master_key"),
	NAME("master-key"),
	NAME("auth_key"),
	NAME("credential"),
	NAME("credentials"),
	NAME("_auth"),
	NAME_IF("auth", PATTERN_QUOTED),
	NAME_IF("signature", PATTERN_EQUAL),
	HEADER("passphrase"),
	HEADER("authorization"),
	HEADER("cookie"),
	HEADER("connectionstring"),
	HEADER("connection_string"),
	/* What only tokens begin with, by who gives them out. */
	TOKEN("AKIA", TOKEN_UPPER, 16), /* AWS */
	TOKEN("ASIA", TOKEN_UPPER, 16),
	TOKEN("ghp_", TOKEN_WORD, 30), /* GitHub */
	TOKEN("gho_", TOKEN_WORD, 30),
	TOKEN("ghu_", TOKEN_WORD, 30),
	TOKEN("ghs_", TOKEN_WORD, 30),
	TOKEN("ghr_", TOKEN_WORD, 30),
	TOKEN("github_pat_", TOKEN_WORD, 20),
	TOKEN("glpat-", TOKEN_WORD, 16), /* GitLab */
	TOKEN("gldt-", TOKEN_WORD, 16),
	TOKEN("glrt-", TOKEN_WORD, 16),
	TOKEN("glcbt-", TOKEN_WORD, 16),
	TOKEN("xoxa-", TOKEN_WORD, 10), /* Slack */
	TOKEN("xoxb-", TOKEN_WORD, 10),
	TOKEN("xoxe-", TOKEN_WORD, 10),
	TOKEN("xoxp-", TOKEN_WORD, 10),
	TOKEN("xoxr-", TOKEN_WORD, 10),
	TOKEN("xoxs-", TOKEN_WORD, 10),
	TOKEN("xapp-", TOKEN_WORD, 10),
	{ "hooks.slack.com/services/", 25, PATTERN_TOKEN, 0, TOKEN_BASE64, 20, 0 },
	TOKEN("AIza", TOKEN_WORD, 35),     /* Google */
	TOKEN("sk-", TOKEN_WORD, 20),      /* model providers */
	TOKEN("sk_live_", TOKEN_WORD, 16), /* Stripe */
	TOKEN("sk_test_", TOKEN_WORD, 16),
	TOKEN("rk_live_", TOKEN_WORD, 16),
	TOKEN("npm_", TOKEN_WORD, 30),
	TOKEN("pypi-", TOKEN_WORD, 30),
	TOKEN("hf_", TOKEN_WORD, 30),
	TOKEN("hvs.", TOKEN_WORD, 20), /* Vault */
	TOKEN("dop_v1_", TOKEN_WORD, 30),
	TOKEN("SG.", TOKEN_ANY, 40), /* SendGrid */
	TOKEN("AGE-SECRET-KEY-1", TOKEN_UPPER, 30),
	TOKEN("LS0tLS1CRUdJTi", TOKEN_BASE64, 16), /* "-----BEGIN " in base64: a Kubernetes secret's key */
	OTHER("bearer", PATTERN_BEARER),
	OTHER("eyJ", PATTERN_JWT),
	OTHER("-----BEGIN ", PATTERN_PEM),
	OTHER("://", PATTERN_URL),
	OTHER(" -u", PATTERN_FLAG),
	OTHER(" -p", PATTERN_FLAG),
	OTHER(" -a", PATTERN_FLAG),
	OTHER(" -w", PATTERN_FLAG),
	OTHER(" --user", PATTERN_FLAG),
	OTHER(" --proxy-user", PATTERN_FLAG),
};
const size_t mask_pattern_count = sizeof(mask_patterns) / sizeof(mask_patterns[0]);

const uint8_t mask_folds[256] = {
	['a'] = 1,  ['b'] = 2,  ['c'] = 3,  ['d'] = 4,  ['e'] = 5,  ['f'] = 6,  ['g'] = 7,  ['h'] = 8,  ['i'] = 9,
	['j'] = 10, ['k'] = 11, ['l'] = 12, ['m'] = 13, ['n'] = 14, ['o'] = 15, ['p'] = 16, ['q'] = 17, ['r'] = 18,
	['s'] = 19, ['t'] = 20, ['u'] = 21, ['v'] = 22, ['w'] = 23, ['x'] = 24, ['y'] = 25, ['z'] = 26, ['A'] = 1,
	['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10,
	['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19,
	['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['0'] = 27, ['1'] = 27,
	['2'] = 27, ['3'] = 27, ['4'] = 27, ['5'] = 27, ['6'] = 27, ['7'] = 27, ['8'] = 27, ['9'] = 27, ['-'] = 28,
	['_'] = 29, [':'] = 30, ['/'] = 30, ['.'] = 30, [' '] = 31, [';'] = 31,
};
