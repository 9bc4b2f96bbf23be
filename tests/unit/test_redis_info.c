#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/redis_clients.h"
#include "collect/redis_detail.h"
#include "collect/redis_info.h"
#include "collect/redis_metrics.h"
#include "collect/redis_page.h"
#include "collect/redis_survey.h"
#include "tsdb/exposition.h"

static struct redis_info parse(const char *text)
{
	struct redis_info info;

	redis_info_parse(&info, text, strlen(text));
	return info;
}

Test(redis_info, reads_sections_and_fields)
{
	struct redis_info info = parse("early:1\r\n# Server\r\nredis_version:7.0.15\r\nconfig_file:\r\n\r\n"
				       "# Keyspace\ndb0:keys=1,expires=0\nno field\n:nothing\nlast:a:b");

	cr_assert_eq(info.count, 5u);
	cr_expect_str_eq(info.fields[0].section, "");
	cr_expect_str_eq(redis_info_get(&info, "redis_version"), "7.0.15");
	cr_expect_str_eq(redis_info_get(&info, "config_file"), "");
	cr_expect_str_eq(info.fields[3].section, "Keyspace");
	cr_expect_str_eq(redis_info_get(&info, "last"), "a:b");
	cr_expect_null(redis_info_get(&info, "absent"));
	cr_expect_eq(info.passed_over, 2u);
	redis_info_release(&info);
	info = parse("");
	cr_expect_eq(info.count, 0u);
	redis_info_release(&info);
}

Test(redis_info, keeps_a_bounded_number_of_fields)
{
	struct strbuf text = STRBUF_INIT;
	struct redis_info info;

	for (int i = 0; i < REDIS_INFO_FIELDS_MAX + 7; i++)
		strbuf_addstr(&text, "a:1\n");
	redis_info_parse(&info, text.text, text.length);
	cr_expect_eq(info.count, (size_t)REDIS_INFO_FIELDS_MAX);
	cr_expect_eq(info.passed_over, 7u);
	redis_info_release(&info);
	strbuf_release(&text);
}

Test(redis_info, reads_numbers_and_words)
{
	static const struct {
		const char *text;
		double number;
	} good[] = { { "0", 0 },   { "-1", -1 },  { "1.25", 1.25 }, { "1e3", 1000 }, { "ok", 1 },
		     { "err", 0 }, { "down", 0 }, { "up", 1 },      { "no", 0 } };
	static const char *const bad[] = { "", " 1", "1 ", "98.61%", "0x10", "1.27M", "standalone", "nan(1)" };
	double number;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		cr_expect(redis_info_number(good[i].text, &number), "%s", good[i].text);
		cr_expect_eq(number, good[i].number, "%s", good[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_not(redis_info_number(bad[i], &number), "%s", bad[i]);
	cr_expect(redis_info_number("-nan", &number) && isnan(number));
}

Test(redis_info, reads_pairs)
{
	static const char value[] = "ip=::1,port=6379,state=online,offset=130,lag=0";
	char text[8];
	double number;

	cr_expect(redis_info_pair(value, "ip", text, sizeof(text)));
	cr_expect_str_eq(text, "::1");
	cr_expect(redis_info_pair_number(value, "lag", &number) && number == 0);
	cr_expect_not(redis_info_pair(value, "la", text, sizeof(text)));
	cr_expect_not(redis_info_pair(value, "online", text, sizeof(text)));
	cr_expect_not(redis_info_pair("", "ip", text, sizeof(text)));
	cr_expect(redis_info_pair("name=0123456789", "name", text, sizeof(text)));
	cr_expect_str_eq(text, "0123456", "cut to what there is room for");
	cr_expect_not(redis_info_pair_number(value, "state", &number) && number != 1);
}

Test(redis_info, metrics_have_one_row_a_field)
{
	for (size_t i = 0; i < redis_metric_count; i++) {
		cr_expect(strncmp(redis_metrics[i].name, "redis_", 6) == 0);
		cr_expect(*redis_metrics[i].help && redis_metrics[i].divisor > 0);
		for (size_t j = 0; j < i; j++) {
			cr_expect_str_neq(redis_metrics[i].field, redis_metrics[j].field);
			cr_expect_str_neq(redis_metrics[i].name, redis_metrics[j].name);
		}
	}
}

Test(redis_info, counts_and_sorts_clients)
{
	static const char text[] =
		"id=3 addr=10.0.0.1:1 laddr=x fd=7 name= age=5 idle=2 flags=S db=0 omem=0 tot-mem=200 events=r "
		"cmd=psync\n"
		"id=4 addr=10.0.0.2:2 name=big age=50 idle=40 flags=N omem=5000 tot-mem=100 cmd=get user=ops\n"
		"id=5 addr=10.0.0.3:3 name=sub age=1 idle=0 flags=P omem=10 tot-mem=900 cmd=subscribe\r\n"
		"id=6 addr=10.0.0.4:4 flags=b omem=-5 tot-mem=x cmd=blpop\n\nrubbish\n";
	struct redis_clients clients;
	struct arena arena = { 0 };

	redis_clients_parse(&clients, text, sizeof(text) - 1, &arena);
	cr_assert_eq(clients.total, 4u);
	cr_expect_eq(clients.count, 4u);
	cr_expect_str_eq(clients.items[0].name, "big");
	cr_expect_str_eq(clients.items[0].user, "ops");
	cr_expect_str_eq(clients.items[1].name, "sub");
	cr_expect_str_eq(clients.items[2].address, "10.0.0.1:1");
	cr_expect_eq(clients.by_kind[REDIS_CLIENT_REPLICA], 1u);
	cr_expect_eq(clients.by_kind[REDIS_CLIENT_PUBSUB], 1u);
	cr_expect_eq(clients.by_kind[REDIS_CLIENT_BLOCKED], 1u);
	cr_expect_eq(clients.by_kind[REDIS_CLIENT_NORMAL], 1u);
	cr_expect_eq(clients.output_bytes, 5010.0);
	cr_expect_eq(clients.output_bytes_max, 5000.0);
	cr_expect_eq(clients.memory_bytes_max, 900.0);
	cr_expect_eq(clients.idle_s_max, 40.0);
	redis_clients_parse(&clients, "", 0, &arena);
	cr_expect_eq(clients.total, 0u);
	arena_release(&arena);
}

/* A server as its protocol describes it; `info` is INFO's text. */
struct world {
	struct redis_survey survey;
	struct reply_reader *reader;
	const struct redis_reply *reply;
};

static const struct redis_reply *said(struct world *world, const char *bytes)
{
	char reason[160];

	reply_reader_feed(world->reader, bytes, strlen(bytes));
	cr_assert_eq(reply_reader_next(world->reader, &world->reply, reason, sizeof(reason)), 1);
	return world->reply;
}

static void world_open(struct world *world, const char *info)
{
	struct redis_reply reply = { .kind = REDIS_KIND_TEXT, .text = info, .length = strlen(info) };
	char reason[160] = "";

	redis_survey_init(&world->survey, INT64_C(1000000), 2);
	world->reader = reply_reader_new(100000);
	cr_assert_eq(redis_survey_info(&world->survey, &reply, reason, sizeof(reason)), 0, "%s", reason);
}

static void world_close(struct world *world)
{
	redis_survey_release(&world->survey);
	reply_reader_free(world->reader);
}

static const char info_text[] =
	"# Server\r\nredis_version:7.0.15\r\nuptime_in_seconds:100\r\nserver_time_usec:500000000\r\n"
	"# Memory\r\nused_memory:900\r\nmaxmemory:1000\r\nmaxmemory_policy:allkeys-lru\r\n"
	"mem_fragmentation_ratio:1.25\r\nallocator_frag_ratio:nan\r\n"
	"# Persistence\r\nrdb_last_bgsave_status:err\r\n"
	"# Stats\r\nlatest_fork_usec:449\r\n"
	"# Replication\r\nrole:slave\r\nmaster_host:10.0.0.9\r\nmaster_port:6379\r\nmaster_link_status:down\r\n"
	"slave_repl_offset:90\r\nslave_read_only:1\r\nslave_priority:100\r\nmaster_repl_offset:200\r\n"
	"slave0:ip=10.0.0.5,port=6380,state=online,offset=130,lag=3\r\n"
	"# Commandstats\r\ncmdstat_get:calls=4,usec=6,usec_per_call=1.5,rejected_calls=1,failed_calls=2\r\n"
	"cmdstat_config|set:calls=2,usec=16,usec_per_call=8\r\n"
	"# Errorstats\r\nerrorstat_WRONGTYPE:count=3\r\n"
	"# Latencystats\r\nlatency_percentiles_usec_get:p50=3.007,p99=5,p99.9=7\r\n"
	"# Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=98979\r\ndb7:keys=1,expires=0,avg_ttl=0\r\n";

static void has_line(const struct metric_page *page, const char *line)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "\n%s\n", line);
	cr_expect(strstr(page->text.text, whole) != NULL, "no line '%s'", line);
}

/* The page is one that Prometheus reads, each family once. */
static void check_page(const struct metric_page *page)
{
	struct exposition exposition;
	struct exposition_options options = { .families = true };
	struct error_list faults = { 0 };

	cr_expect_eq(exposition_parse(&exposition, page->text.text, page->text.length, &options, "page", &faults), 0);
	cr_expect_eq(exposition.count, page->samples);
	for (size_t i = 0; i < exposition.family_count; i++)
		for (size_t j = 0; j < i; j++)
			cr_expect_str_neq(exposition.families[i].name, exposition.families[j].name);
	exposition_release(&exposition);
	error_list_release(&faults);
}

Test(redis_info, becomes_the_exporters_samples)
{
	struct world world;
	struct metric_page page;

	world_open(&world, info_text);
	redis_survey_config(&world.survey, said(&world, "*2\r\n$9\r\ndatabases\r\n$1\r\n2\r\n"));
	metric_page_init(&page);
	redis_page_add(&page, &world.survey);
	check_page(&page);
	has_line(&page, "redis_up 1");
	has_line(&page, "redis_memory_used_bytes 900");
	has_line(&page, "redis_start_time_seconds 400");
	has_line(&page, "redis_rdb_last_bgsave_status 0");
	has_line(&page, "redis_latest_fork_seconds 0.000449");
	has_line(&page, "redis_allocator_frag_ratio NaN");
	has_line(&page, "redis_instance_info{maxmemory_policy=\"allkeys-lru\",redis_version=\"7.0.15\","
			"role=\"slave\"} 1");
	has_line(&page, "redis_commands_total{cmd=\"config|set\"} 2");
	has_line(&page, "redis_commands_duration_seconds_total{cmd=\"config|set\"} 1.6e-05");
	has_line(&page, "redis_commands_failed_calls_total{cmd=\"get\"} 2");
	has_line(&page, "redis_errors_total{err=\"WRONGTYPE\"} 3");
	has_line(&page, "redis_latency_percentiles_usec{cmd=\"get\",quantile=\"99.9\"} 7");
	has_line(&page, "redis_latency_percentiles_usec_sum{cmd=\"get\"} 6");
	has_line(&page, "redis_latency_percentiles_usec_count{cmd=\"get\"} 4");
	has_line(&page, "redis_db_keys{db=\"db0\"} 3");
	has_line(&page, "redis_db_keys{db=\"db1\"} 0");
	has_line(&page, "redis_db_keys{db=\"db7\"} 1");
	has_line(&page, "redis_db_keys_expiring{db=\"db0\"} 1");
	has_line(&page, "redis_db_avg_ttl_seconds{db=\"db0\"} 98.979");
	has_line(&page, "redis_connected_slave_lag_seconds{slave_ip=\"10.0.0.5\",slave_port=\"6380\","
			"slave_state=\"online\"} 3");
	has_line(&page, "redis_master_link_up{master_host=\"10.0.0.9\",master_port=\"6379\"} 0");
	has_line(&page, "redis_slave_info{master_host=\"10.0.0.9\",master_port=\"6379\",read_only=\"1\"} 1");
	cr_expect_null(strstr(page.text.text, "redis_slowlog"), "what was not asked is not said");
	metric_page_release(&page);
	world_close(&world);
}

Test(redis_info, adds_what_was_asked_besides)
{
	struct world world;
	struct metric_page page;
	struct redis_key keys[] = { { "q", "list", 3, NAN },
				    { "n", "string", 2, 42 },
				    { "gone", "none", NAN, NAN },
				    { "secret", "", NAN, NAN } };

	world_open(&world, info_text);
	redis_survey_slow_length(&world.survey, said(&world, ":9\r\n"));
	redis_survey_slow(&world.survey,
			  said(&world, "*1\r\n*6\r\n:8\r\n:990\r\n:2500\r\n*2\r\n$3\r\nget\r\n$1\r\nk\r\n"
				       "$10\r\n10.0.0.1:5\r\n$3\r\napp\r\n"));
	redis_survey_latency(&world.survey, said(&world, "*1\r\n*4\r\n$7\r\ncommand\r\n:900\r\n:30\r\n:45\r\n"));
	redis_survey_clients(&world.survey, said(&world, "$33\r\nid=1 addr=a:1 flags=N omem=7 age=1\r\n"));
	world.survey.keys = keys;
	world.survey.key_count = 4;
	metric_page_init(&page);
	redis_page_add(&page, &world.survey);
	check_page(&page);
	has_line(&page, "redis_slowlog_length 9");
	has_line(&page, "redis_slowlog_last_id 8");
	has_line(&page, "redis_last_slow_execution_duration_seconds 0.0025");
	has_line(&page, "redis_latency_spike_last{event_name=\"command\"} 900");
	has_line(&page, "redis_latency_spike_duration_seconds{event_name=\"command\"} 0.03");
	has_line(&page, "skep_redis_latency_spike_max_seconds{event_name=\"command\"} 0.045");
	has_line(&page, "skep_redis_clients{kind=\"normal\"} 1");
	has_line(&page, "skep_redis_client_output_max_bytes 7");
	has_line(&page, "redis_key_size{db=\"db2\",key=\"q\"} 3");
	has_line(&page, "redis_key_value{db=\"db2\",key=\"n\"} 42");
	has_line(&page, "skep_redis_key_exists{db=\"db2\",key=\"gone\"} 0");
	cr_expect_null(strstr(page.text.text, "secret"), "what was refused is not said to be absent");
	metric_page_release(&page);
	world_close(&world);
}

static const struct detail_table *table_of(const struct detail *detail, const char *title)
{
	const struct detail_table *table = detail->first;

	while (table && strcmp(table->title, title) != 0)
		table = table->next;
	cr_assert_not_null(table, "no table '%s'", title);
	return table;
}

static const struct detail_cell *cell(const struct detail_table *table, size_t row, size_t column)
{
	cr_assert(row < table->row_count && column < table->column_count);
	return &table->cells[row * table->column_count + column];
}

Test(redis_info, becomes_tables_to_look_at)
{
	struct world world;
	struct detail *detail;
	const struct detail_table *table;

	world_open(&world, info_text);
	redis_survey_slow_length(&world.survey, said(&world, ":1\r\n"));
	redis_survey_slow(&world.survey,
			  said(&world, "*2\r\n*6\r\n:8\r\n:880\r\n:2500000\r\n*2\r\n$3\r\nget\r\n$1\r\nk\r\n"
				       "$1\r\nc\r\n$3\r\napp\r\n*1\r\n:7\r\n"));
	detail = redis_detail_new(&world.survey);
	table = table_of(detail, "Slow log");
	cr_expect_str_eq(cell(table, 0, 0)->text, "2m");
	cr_expect_eq(cell(table, 0, 1)->mood, DETAIL_BAD);
	cr_expect_str_eq(cell(table, 0, 4)->text, "get k");
	cr_expect_str_eq(cell(table, 1, 4)->text, "", "an entry cut short is no harm");
	table = table_of(detail, "Replication");
	cr_expect_str_eq(cell(table, 0, 1)->text, "10.0.0.9:6379");
	cr_expect_eq(cell(table, 0, 2)->mood, DETAIL_BAD);
	cr_expect_str_eq(cell(table, 1, 3)->text, "70 B");
	cr_expect_eq(cell(table, 1, 4)->mood, DETAIL_WARNING);
	table = table_of(detail, "Key spaces");
	cr_expect_eq(table->row_count, 2u);
	cr_expect_str_eq(cell(table, 0, 3)->text, "1m38s");
	table = table_of(detail, "Memory");
	cr_expect_str_eq(cell(table, 1, 0)->text, "limit");
	cr_expect_eq(cell(table, 1, 1)->mood, DETAIL_WARNING);
	cr_expect_str_eq(cell(table, 1, 2)->text, "90.0% used; at the limit: allkeys-lru");
	detail_free(detail);
	world_close(&world);
}

Test(redis_info, refuses_what_is_no_info)
{
	struct redis_survey survey;
	struct redis_reply reply = { .kind = REDIS_KIND_ERROR,
				     .text = "NOPERM this user has no permissions to run "
					     "the 'info' command" };
	char reason[160] = "";

	redis_survey_init(&survey, 0, 0);
	cr_expect_eq(redis_survey_info(&survey, &reply, reason, sizeof(reason)), -1);
	cr_expect_str_eq(reason, "no permission for info");
	reply = (struct redis_reply){ .kind = REDIS_KIND_LIST, .text = "" };
	cr_expect_eq(redis_survey_info(&survey, &reply, reason, sizeof(reason)), -1);
	cr_expect_str_eq(reason, "the answer to INFO is not Redis's");
	redis_survey_release(&survey);
}
