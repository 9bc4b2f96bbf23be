#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "runbook/mask.h"

TestSuite(mask, .timeout = 60);

#define M      MASK_SHOWN
#define KEY16  "ABCDEFGHIJKLMNOP"
#define WORD36 "abcdefghijklmnopqrstuvwxyz0123456789"

static const struct {
	const char *text, *shown;
} texts[] = {
	/* Nothing to hide. */
	{ "", "" },
	{ "nothing here", "nothing here" },
	{ "tokens=512 max_tokens: 4096", "tokens=512 max_tokens: 4096" },
	{ "secretName: db", "secretName: db" },
	{ "Token::next(x) secret://vault", "Token::next(x) secret://vault" },
	{ "bypass=1 compass: north", "bypass=1 compass: north" },
	{ "the bearer of bad news", "the bearer of bad news" },
	{ "password", "password" },
	{ "password:", "password:" },
	{ "password:\nnext line", "password:\nnext line" },
	{ "http://example.com:8080/a@b", "http://example.com:8080/a@b" },
	{ "https://user@example.com/x:y@z", "https://user@example.com/x:y@z" },
	{ "docker run -u 1000:1000 -p 80:80 image", "docker run -u 1000:1000 -p 80:80 image" },
	{ "mkdir -p /a/b; ssh -p 22 host", "mkdir -p /a/b; ssh -p 22 host" },
	{ "AKIA"
	  "short",
	  "AKIA"
	  "short" },
	{ "task-" WORD36, "task-" WORD36 },
	{ "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
	  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----" },
	/* References are no secrets. */
	{ "PGPASSWORD=$DB_PASSWORD psql", "PGPASSWORD=$DB_PASSWORD psql" },
	{ "token=${TOKEN} secret=$(cat f)", "token=${TOKEN} secret=$(cat f)" },
	{ "--password <db-password> x", "--password <db-password> x" },
	{ "password=" M, "password=" M },
	{ "\"secret\": {\"a\": 1}", "\"secret\": {\"a\": 1}" },
	/* Names. */
	{ "password=hunter2", "password=" M },
	{ "password=hunter2 next", "password=" M " next" },
	{ "password=hunter2; next", "password=" M "; next" },
	{ "Password: hunter2\n", "Password: " M "\n" },
	{ "db.password : hunter2", "db.password : " M },
	{ "password=$ecret1 x", "password=" M " x" },
	{ "password=<>x y", "password=" M " y" },
	{ "PGPASSWORD=hunter2 psql -h db", "PGPASSWORD=" M " psql -h db" },
	{ "MYSQL_PWD=x1 mysql", "MYSQL_PWD=" M " mysql" },
	{ "passwd: \"two words\" user", "passwd: \"" M "\" user" },
	{ "{\"password\":\"a\\\"b\",\"user\":\"x\"}", "{\"password\":\"" M "\",\"user\":\"x\"}" },
	{ "{\"password\":1234,\"user\":1}", "{\"password\":" M ",\"user\":1}" },
	{ "\"{\\\"token\\\":\\\"abc\\\",\\\"a\\\":1}\"", "\"{\\\"token\\\":\\\"" M "\\\",\\\"a\\\":1}\"" },
	{ "tool --password hunter2 --user x", "tool --password " M " --user x" },
	{ "tool --db-token=hunter2 x", "tool --db-token=" M " x" },
	{ "tool --password-file /x", "tool --password-file /x" },
	{ "psql --no-password 'service=ro' -c x", "psql --no-password 'service=ro' -c x" },
	{ "tool --no-password=hunter2", "tool --no-password=" M },
	{ "GET /a?token=abc&user=x HTTP", "GET /a?token=" M "&user=x HTTP" },
	{ "aws_secret_access_key = abc/def+gh", "aws_secret_access_key = " M },
	{ "X-Api-Key: abc", "X-Api-Key: " M },
	{ "\"auth\": \"dXNlcjpwYXNz\"", "\"auth\": \"" M "\"" },
	{ "passphrase: correct horse battery", "passphrase: " M },
	{ "password=''", "password=''" },
	/* Headers. */
	{ "Authorization: Bearer abc.def", "Authorization: " M },
	{ "curl -H 'Authorization: Basic dXNlcjpw' http://x", "curl -H 'Authorization: " M "' http://x" },
	{ "Set-Cookie: sid=1; path=/\r\nnext", "Set-Cookie: " M "\r\nnext" },
	{ "Bearer abcdef0123456789 rest", "Bearer " M " rest" },
	/* Tokens. */
	{ "id AKIA" KEY16 " x", "id " M " x" },
	{ "ghp_" WORD36 ".", M "." },
	{ "github_pat_" WORD36, M },
	{ "(glpat-" WORD36 ")", "(" M ")" },
	{ "xoxb-123456789012-abc", M },
	{ "sk-ant-" WORD36 " x", M " x" },
	{ "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln next", M " next" },
	{ "tls.key: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVk=", "tls.key: " M },
	/* Keys. */
	{ "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nb",
	  "a\n-----BEGIN RSA PRIVATE KEY-----" M "-----END RSA PRIVATE KEY-----\nb" },
	/* Addresses. */
	{ "postgres://app:s3cr3t@db:5432/x", "postgres://app:" M "@db:5432/x" },
	{ "redis://:s3c@r3t@host/0", "redis://:" M "@host/0" },
	{ "http://u:$PASS@h/", "http://u:$PASS@h/" },
	/* Flags. */
	{ "curl -u ana:hunter2 http://x", "curl -u ana:" M " http://x" },
	{ "/usr/bin/curl --user 'ana:hunter2' http://x", "/usr/bin/curl --user 'ana:" M "' http://x" },
	{ "mysql -uroot -phunter2 db", "mysql -uroot -p" M " db" },
	{ "redis-cli -a hunter2 ping", "redis-cli -a " M " ping" },
	/* Colours between a name and its value. */
	{ "\033[34;1m\"password\"\033[0m\033[1;39m:\033[0m \033[32m\"hunter2\"\033[0m",
	  "\033[34;1m\"password\"\033[0m\033[1;39m:\033[0m \033[32m\"" M "\"\033[0m" },
	{ "\033[31mtoken\033[0m=abc\033[0m x", "\033[31mtoken\033[0m=" M "\033[0m x" },
};

Test(mask, texts)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct mask *mask = mask_new();
		struct strbuf ret = STRBUF_INIT;

		mask_text(mask, texts[i].text, &ret);
		cr_expect_str_eq(ret.text, texts[i].shown, "'%s' became '%s'", texts[i].text, ret.text);
		strbuf_release(&ret);
		mask_free(mask);
	}
}

static void in_pieces(struct mask *mask, const char *text, size_t piece, struct strbuf *ret)
{
	size_t length = strlen(text);

	for (size_t at = 0; at < length; at += piece)
		mask_write(mask, text + at, piece < length - at ? piece : length - at, false, ret);
	mask_write(mask, "", 0, true, ret);
}

/* However it is cut, what is shown is the same. */
Test(mask, pieces)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t piece = 1; piece < 8; piece++) {
			struct mask *mask = mask_new();
			struct strbuf ret = STRBUF_INIT;

			in_pieces(mask, texts[i].text, piece, &ret);
			cr_expect_str_eq(ret.text, texts[i].shown, "'%s' by %zu became '%s'", texts[i].text, piece,
					 ret.text);
			strbuf_release(&ret);
			mask_free(mask);
		}
	}
}

Test(mask, values_that_are_told)
{
	struct mask *mask = mask_new();
	struct strbuf ret = STRBUF_INIT;

	mask_add(mask, "s3cret\"/+");
	mask_add(mask, "abc");
	mask_add(mask, "first line\nsecond line");
	mask_text(mask, "x s3cret\"/+ y s3cret\\\"/+ z s3cret%22%2F%2B abc czNjcmV0Ii8r", &ret);
	cr_expect_str_eq(ret.text, "x " M " y " M " z " M " abc " M);
	strbuf_clear(&ret);
	mask_text(mask, "first line\r\nsecond line\r\n", &ret);
	cr_expect_str_eq(ret.text, M "\r\n" M "\r\n");
	strbuf_release(&ret);
	mask_free(mask);
}

Test(mask, the_longer_value_wins)
{
	struct mask *mask = mask_new();
	struct strbuf ret = STRBUF_INIT;

	mask_add(mask, "swordfish");
	mask_add(mask, "swordfish-2026");
	in_pieces(mask, "a swordfish b swordfish-2026 c swordfish-2", 3, &ret);
	cr_expect_str_eq(ret.text, "a " M " b " M " c " M "-2");
	strbuf_release(&ret);
	mask_free(mask);
}

/* In the place of a user's name, and with space in it. */
Test(mask, values_among_patterns)
{
	struct mask *mask = mask_new();
	struct strbuf ret = STRBUF_INIT;

	mask_add(mask, "swordfish");
	mask_add(mask, "two words");
	in_pieces(mask, "http://swordfish:pw@h/ password=two words next --token two words\n", 4, &ret);
	cr_expect_str_eq(ret.text, "http://" M ":" M "@h/ password=" M " next --token " M "\n");
	strbuf_release(&ret);
	mask_free(mask);
}

Test(mask, variables)
{
	static const char *const environment[] = { "DB_PASSWORD=opensesame",
						   "GITHUB_TOKEN=t0k3nvalue",
						   "TOKEN_FILE=/run/token",
						   "PATH=/usr/bin:/bin",
						   "ENABLE_SECRETS=true",
						   "SIGN_KEY=k3yk3y",
						   "NOTHING",
						   NULL };
	struct mask *mask = mask_new();
	struct strbuf ret = STRBUF_INIT;

	mask_add_environment(mask, environment);
	mask_add_environment(mask, NULL);
	mask_text(mask, "opensesame t0k3nvalue /run/token /usr/bin:/bin true k3yk3y", &ret);
	cr_expect_str_eq(ret.text, M " " M " /run/token /usr/bin:/bin true " M);
	strbuf_release(&ret);
	mask_free(mask);
}

/* A prompt is seen although something could still become of it, and the value behind it is masked all the same. */
Test(mask, a_pause)
{
	struct mask *mask = mask_new();
	struct strbuf ret = STRBUF_INIT;

	mask_add(mask, "opensesame");
	mask_write(mask, "Enter password", 14, false, &ret);
	mask_pause(mask, &ret);
	cr_expect_str_eq(ret.text, "Enter password");
	mask_write(mask, "=hunter2 ", 9, false, &ret);
	mask_pause(mask, &ret);
	cr_expect_str_eq(ret.text, "Enter password=" M " ");
	mask_write(mask, "opens", 5, false, &ret);
	mask_pause(mask, &ret);
	cr_expect_str_eq(ret.text, "Enter password=" M " ");
	mask_write(mask, "esame\n", 6, false, &ret);
	cr_expect_str_eq(ret.text, "Enter password=" M " " M "\n");
	mask_pause(mask, &ret);
	mask_write(mask, "", 0, true, &ret);
	cr_expect_str_eq(ret.text, "Enter password=" M " " M "\n");
	strbuf_release(&ret);
	mask_free(mask);
}

/* What never ends is not held back for ever, and does not hide all that follows. */
Test(mask, endless)
{
	static const char *const beginnings[] = {
		"-----BEGIN PRIVATE KEY-----\n", "password=\"", "token=", "eyJ", "http://user:", "ghp_"
	};
	char *filler = mem_alloc(1000001);

	memset(filler, 'x', 1000000);
	filler[1000000] = '\0';
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		struct mask *mask = mask_new();
		struct strbuf ret = STRBUF_INIT;

		mask_write(mask, beginnings[i], strlen(beginnings[i]), false, &ret);
		for (int k = 0; k < 1000; k++)
			mask_write(mask, filler + (size_t)k * 1000, 1000, false, &ret);
		cr_expect_gt(ret.length, 900000, "'%s': %zu", beginnings[i], ret.length);
		strbuf_release(&ret);
		mask_free(mask);
	}
	free(filler);
}

Test(mask, bytes_of_any_kind)
{
	struct mask *mask = mask_new();
	struct strbuf ret = STRBUF_INIT;

	/* A nul is not seen, so what stands behind it is still the value. */
	mask_write(mask, "a\0password=x\0b\377 c\0d", 19, true, &ret);
	cr_expect_eq(ret.length, 11 + strlen(M) + 4);
	cr_expect_eq(memcmp(ret.text, "a\0password=" M " c\0d", ret.length), 0);
	strbuf_release(&ret);
	mask_free(mask);
}
