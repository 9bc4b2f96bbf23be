#include <criterion/criterion.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "collect/host_mount.h"
#include "collect/host_page.h"
#include "collect/host_text.h"
#include "collect/host_usage.h"
#include "loop/loop.h"
#include "tsdb/exposition.h"

TestSuite(host, .timeout = 20);

typedef bool adder(struct metric_page *page, const struct host_texts *texts);

static struct metric_page page;
static struct host_texts texts;

static void begin(void)
{
	metric_page_init(&page);
	host_texts_init(&texts);
}

static void end(void)
{
	metric_page_release(&page);
	host_texts_release(&texts);
}

/* Whatever is added must be a page that can be read. */
static const char *made(adder *add, enum host_file file, const char *text)
{
	struct exposition_options options = { 0 };
	struct exposition exposition = { 0 };
	struct error_list faults;

	metric_page_clear(&page);
	strbuf_clear(&texts.items[file]);
	strbuf_addstr(&texts.items[file], text);
	add(&page, &texts);
	error_list_init(&faults);
	cr_expect_eq(exposition_parse(&exposition, page.text.text, page.text.length, &options, NULL, &faults), 0, "%s",
		     page.text.text);
	cr_expect_eq(exposition.count, page.samples);
	exposition_release(&exposition);
	error_list_release(&faults);
	return page.text.text;
}

#define HAS(text, line)     cr_expect(strstr(text, line "\n"), "'%s' is not in\n%s", line, text)
#define HAS_NOT(text, part) cr_expect_null(strstr(text, part), "'%s' is in\n%s", part, text)

Test(host, load, .init = begin, .fini = end)
{
	const char *text = made(host_add_loadavg, HOST_LOADAVG, "0.52 1.25 12.00 3/512 4242\n");

	HAS(text, "node_load1 0.52");
	HAS(text, "node_load5 1.25");
	HAS(text, "node_load15 12");
	cr_expect_str_empty(made(host_add_loadavg, HOST_LOADAVG, ""));
	cr_expect_str_empty(made(host_add_loadavg, HOST_LOADAVG, "0.52 1.25"));
	HAS_NOT(made(host_add_loadavg, HOST_LOADAVG, "nan 0x10 1.0"), "node_load1 ");
}

static const char stat_text[] = "cpu  300 0 300 3000 0 0 0 0 0 0\n"
				"cpu0 123 4 250 100000 50 1 2 3 40 5\n"
				"cpu1 1 2 3 4 5 6 7 8\n"
				"cpufreq 5 5 5 5\n"
				"intr 987654321 0 9 0 0 3 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
				"ctxt 1122334455\nbtime 1767614400\nprocesses 7777\nprocs_running 3\nprocs_blocked 1\n"
				"softirq 5 6 7\n";

Test(host, processors_by_mode, .init = begin, .fini = end)
{
	const char *text = made(host_add_cpu, HOST_STAT, stat_text);

	HAS(text, "node_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 1.23");
	HAS(text, "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 1000");
	HAS(text, "node_cpu_seconds_total{cpu=\"0\",mode=\"steal\"} 0.03");
	HAS(text, "node_cpu_guest_seconds_total{cpu=\"0\",mode=\"user\"} 0.4");
	HAS(text, "node_cpu_guest_seconds_total{cpu=\"0\",mode=\"nice\"} 0.05");
	HAS(text, "node_cpu_seconds_total{cpu=\"1\",mode=\"steal\"} 0.08");
	HAS_NOT(text, "guest_seconds_total{cpu=\"1\""); /* an old kernel */
	cr_expect_eq(page.samples, 8u + 8u + 2u);
	cr_expect_not(host_add_cpu(&page, &(struct host_texts){ .items[HOST_STAT] = STRBUF_INIT }));
}

Test(host, counts_of_the_kernel, .init = begin, .fini = end)
{
	const char *text = made(host_add_stat, HOST_STAT, stat_text);

	HAS(text, "node_intr_total 987654321");
	HAS(text, "node_context_switches_total 1122334455");
	HAS(text, "node_boot_time_seconds 1767614400");
	HAS(text, "node_forks_total 7777");
	HAS(text, "node_procs_running 3");
	HAS(text, "node_procs_blocked 1");
	cr_expect_eq(page.samples, 6u);
}

Test(host, memory, .init = begin, .fini = end)
{
	const char *text = made(host_add_meminfo, HOST_MEMINFO,
				"MemTotal:       16384 kB\nActive(anon):      12 kB\nHugePages_Total:       7\n"
				"DirectMap4k:          1 kB\nno colon 5 kB\nBad:  x kB\n\n");

	HAS(text, "node_memory_MemTotal_bytes 16777216");
	HAS(text, "node_memory_Active_anon_bytes 12288");
	HAS(text, "node_memory_HugePages_Total 7");
	HAS(text, "node_memory_DirectMap4k_bytes 1024");
	cr_expect_eq(page.samples, 4u);
}

Test(host, paging_as_node_exporter_chooses, .init = begin, .fini = end)
{
	const char *text =
		made(host_add_vmstat, HOST_VMSTAT,
		     "nr_free_pages 1\npgpgin 2\npswpout 3\npgfault 4\npgmajfault 5\noom_kill 6\npgalloc_dma 7\n");

	HAS(text, "node_vmstat_pgpgin 2");
	HAS(text, "node_vmstat_pswpout 3");
	HAS(text, "node_vmstat_pgfault 4");
	HAS(text, "node_vmstat_pgmajfault 5");
	HAS(text, "node_vmstat_oom_kill 6");
	cr_expect_eq(page.samples, 5u);
}

Test(host, pressure, .init = begin, .fini = end)
{
	const char *text;

	strbuf_addstr(&texts.items[HOST_PRESSURE_CPU],
		      "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\nfull avg10=0.00 total=9\n");
	text = made(host_add_pressure, HOST_PRESSURE_IO,
		    "some avg10=0.00 avg60=0.00 avg300=0.00 total=2\nfull avg10=1.00 avg60=0.00 avg300=0.00 total=3\n");
	HAS(text, "node_pressure_cpu_waiting_seconds_total 1.5");
	HAS(text, "node_pressure_io_waiting_seconds_total 2e-06");
	HAS(text, "node_pressure_io_stalled_seconds_total 3e-06");
	HAS_NOT(text, "memory");
	cr_expect_eq(page.samples, 3u);
}

Test(host, files_sockets_and_connections, .init = begin, .fini = end)
{
	const char *text = made(host_add_filefd, HOST_FILENR, "654\t0\t9223372036854775807\n");

	HAS(text, "node_filefd_allocated 654");
	text = made(host_add_sockstat, HOST_SOCKSTAT, "sockets: used 16\nTCP: inuse 1 orphan 0 tw 2 alloc 3 mem 126\n");
	HAS(text, "node_sockstat_sockets_used 16");
	HAS(text, "node_sockstat_TCP_tw 2");
	strbuf_addstr(&texts.items[HOST_CONNTRACK_MAX], "262144\n");
	text = made(host_add_conntrack, HOST_CONNTRACK, "17\n");
	HAS(text, "node_nf_conntrack_entries 17");
	HAS(text, "node_nf_conntrack_entries_limit 262144");
	cr_expect_str_empty(made(host_add_conntrack, HOST_CONNTRACK, ""));
}

Test(host, protocols_as_node_exporter_chooses, .init = begin, .fini = end)
{
	const char *text = made(host_add_netstat, HOST_NETSTAT,
				"TcpExt: SyncookiesSent ListenDrops PAWSActive\nTcpExt: 3 4 5\n"
				"IpExt: InNoRoutes InOctets\nIpExt: 0 123456789012\n");

	HAS(text, "node_netstat_TcpExt_SyncookiesSent 3");
	HAS(text, "node_netstat_TcpExt_ListenDrops 4");
	HAS(text, "node_netstat_IpExt_InOctets 123456789012");
	HAS_NOT(text, "PAWS");
	HAS_NOT(text, "InNoRoutes");
	strbuf_clear(&texts.items[HOST_NETSTAT]);
	text = made(host_add_netstat, HOST_SNMP,
		    "Tcp: MaxConn CurrEstab RetransSegs\nTcp: -1 7 9\nUdp: InErrors\nUdp: 2\n");
	HAS(text, "# TYPE node_netstat_Tcp_CurrEstab untyped");
	HAS(text, "node_netstat_Tcp_CurrEstab 7");
	HAS(text, "node_netstat_Tcp_RetransSegs 9");
	HAS(text, "node_netstat_Udp_InErrors 2");
	HAS_NOT(text, "MaxConn");
	/* Names without numbers, numbers of another protocol, the same twice. */
	text = made(host_add_netstat, HOST_SNMP,
		    "Tcp: CurrEstab InSegs\nTcp: 7\nUdp: InErrors\nTcp: 2\nTcp: CurrEstab\nTcp: 8\nTcp: OutSegs\n");
	HAS(text, "node_netstat_Tcp_CurrEstab 7");
	HAS_NOT(text, "InSegs");
	HAS_NOT(text, "InErrors");
	HAS_NOT(text, "CurrEstab 8");
	HAS_NOT(text, "OutSegs");
}

Test(host, packets_turns_and_neighbours, .init = begin, .fini = end)
{
	const char *text = made(host_add_softnet, HOST_SOFTNET,
				"0000ffff 00000001 00000002 0 0 0 0 0 0 00000003 00000004 0 00000005\n00000010 0 0\n");

	HAS(text, "node_softnet_processed_total{cpu=\"5\"} 65535");
	HAS(text, "node_softnet_dropped_total{cpu=\"5\"} 1");
	HAS(text, "node_softnet_times_squeezed_total{cpu=\"5\"} 2");
	HAS(text, "node_softnet_received_rps_total{cpu=\"5\"} 3");
	HAS(text, "node_softnet_flow_limit_count_total{cpu=\"5\"} 4");
	HAS(text, "node_softnet_processed_total{cpu=\"1\"} 16");
	HAS_NOT(text, "rps_total{cpu=\"1\"}");
	text = made(host_add_schedstat, HOST_SCHEDSTAT,
		    "version 15\ntimestamp 4295\ncpu1 0 0 0 0 0 0 2500000000 1500000000 77\ndomain0 3 0\ncpu2 0 0\n");
	HAS(text, "node_schedstat_running_seconds_total{cpu=\"1\"} 2.5");
	HAS(text, "node_schedstat_waiting_seconds_total{cpu=\"1\"} 1.5");
	HAS(text, "node_schedstat_timeslices_total{cpu=\"1\"} 77");
	HAS_NOT(text, "cpu=\"2\"");
	text = made(host_add_arp, HOST_ARP,
		    "IP address       HW type     Flags       HW address            Mask     Device\n"
		    "10.0.0.1         0x1         0x2         02:00:00:00:00:01     *        eth0\n"
		    "10.0.0.2         0x1         0x2         02:00:00:00:00:02     *        eth0\n"
		    "10.1.0.2         0x1         0x2         02:00:00:00:00:03     *        eth1\nbroken\n");
	HAS(text, "node_arp_entries{device=\"eth0\"} 2");
	HAS(text, "node_arp_entries{device=\"eth1\"} 1");
	cr_expect_not(host_add_arp(&page, &(struct host_texts){ .items[HOST_ARP] = STRBUF_INIT }));
}

Test(host, disks_without_partitions, .init = begin, .fini = end)
{
	static const char line[] = " 1 2 3 4 5 6 7 8 9 10 11\n";
	static const char *const names[] = { "sda",  "sda1", "nvme0n1", "nvme0n1p2", "vdb",   "vdb3",   "loop0",
					     "ram1", "dm-0", "md127",   "xvda",      "xvda1", "mmcblk0" };
	struct strbuf all = STRBUF_INIT;
	const char *text;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		strbuf_addf(&all, "   8       %zu %s%s", i, names[i], line);
	strbuf_addstr(&all, "   9 1 new 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n   9 2 short 1 2 3\n");
	text = made(host_add_diskstats, HOST_DISKSTATS, all.text);
	HAS(text, "node_disk_reads_completed_total{device=\"sda\"} 1");
	HAS(text, "node_disk_read_bytes_total{device=\"sda\"} 1536");
	HAS(text, "node_disk_read_time_seconds_total{device=\"nvme0n1\"} 0.004");
	HAS(text, "node_disk_written_bytes_total{device=\"dm-0\"} 3584");
	HAS(text, "node_disk_io_now{device=\"md127\"} 9");
	HAS(text, "node_disk_io_time_seconds_total{device=\"xvda\"} 0.01");
	HAS(text, "node_disk_flush_requests_time_seconds_total{device=\"new\"} 0.017");
	HAS_NOT(text, "\"sda1\"");
	HAS_NOT(text, "nvme0n1p2");
	HAS_NOT(text, "loop0");
	HAS_NOT(text, "xvda1");
	HAS_NOT(text, "short");
	HAS_NOT(text, "flush_requests_total{device=\"sda\"}");
	strbuf_release(&all);
}

Test(host, network, .init = begin, .fini = end)
{
	const char *text = made(host_add_netdev, HOST_NETDEV,
				"Inter-|   Receive                    |  Transmit\n"
				" face |bytes    packets errs drop fifo frame compressed multicast|bytes packets\n"
				"    lo:1000 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
				"eth0.7@if2: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n  bad: 1 2\n");

	HAS(text, "node_network_receive_bytes_total{device=\"lo\"} 1000");
	HAS(text, "node_network_receive_multicast_total{device=\"lo\"} 8");
	HAS(text, "node_network_transmit_bytes_total{device=\"eth0.7@if2\"} 9");
	HAS(text, "node_network_transmit_compressed_total{device=\"lo\"} 16");
	cr_expect_eq(page.samples, 32u);
	text = made(host_add_netclass, HOST_INTERFACES,
		    "eth0 up 1 1500 1000 02:fc:00:00:00:01\nlo unknown 1 65536 - 00:00:00:00:00:00\nwl0 down - 1500 -1 "
		    "x\n");
	HAS(text, "node_network_up{device=\"eth0\"} 1");
	HAS(text, "node_network_up{device=\"lo\"} 0");
	HAS(text, "node_network_speed_bytes{device=\"eth0\"} 125000000");
	HAS(text, "node_network_mtu_bytes{device=\"lo\"} 65536");
	HAS_NOT(text, "node_network_carrier{device=\"wl0\"}");
	HAS_NOT(text, "node_network_speed_bytes{device=\"wl0\"}");
}

Test(host, what_it_is_called, .init = begin, .fini = end)
{
	const char *text;

	strbuf_addstr(&texts.items[HOST_HOSTNAME], "jump-1\n");
	strbuf_addstr(&texts.items[HOST_MACHINE], "x86_64\n");
	text = made(host_add_uname, HOST_OSRELEASE, "6.1.0 \"odd\\\" name\n");
	HAS(text, "node_uname_info{machine=\"x86_64\",nodename=\"jump-1\",release=\"6.1.0 \\\"odd\\\\\\\" name\"} 1");
	text = made(host_add_os, HOST_OS_RELEASE,
		    "PRETTY_NAME=\"Debian 12\"\nID=debian\n# x\nNAME='D'\nVERSION_ID=\"12\"\n");
	HAS(text, "node_os_info{id=\"debian\",name=\"D\",pretty_name=\"Debian 12\",version_id=\"12\"} 1");
	HAS(made(host_add_time, HOST_TIME, "1767614400.250\n"), "node_time_seconds 1767614400.25");
	cr_expect_str_empty(made(host_add_time, HOST_TIME, "soon\n"));
}

Test(host, this_machine_has_all_of_it, .init = begin, .fini = end)
{
	static const char *const wanted[] = { "\nnode_load1 ",
					      "\nnode_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} ",
					      "\nnode_memory_MemAvailable_bytes ",
					      "\nnode_boot_time_seconds ",
					      "\nnode_filefd_allocated ",
					      "\nnode_uname_info{",
					      "\nnode_time_seconds ",
					      "\nnode_network_receive_bytes_total{device=\"lo\"} ",
					      "collector=\"cpu\"} 1\n" };

	host_texts_read(&texts, "");
	host_page_add(&page, &texts);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		cr_expect(strstr(page.text.text, wanted[i]), "%s", wanted[i]);
	cr_expect_eq(texts.items[HOST_USAGE].length, 0u);
}

Test(host, another_root_and_none, .init = begin, .fini = end)
{
	host_texts_read(&texts, "/nowhere");
	cr_expect_eq(texts.items[HOST_STAT].length, 0u);
	host_page_add(&page, &texts);
	cr_expect(strstr(page.text.text, "collector=\"cpu\"} 0\n"));
}

Test(host, script_output_is_taken_apart, .init = begin, .fini = end)
{
	static const char output[] = "Welcome to this machine\n@@skep loadavg\r\n1 2 3 4/5 6\r\n@@skep hostname\nfar\n"
				     "@@skep unknown\nnot ours\n@@skep time\n12\n@@skep usage\n/ 1 2 3 4 5 6";

	cr_expect(host_texts_parse(&texts, output, sizeof(output) - 1));
	cr_expect_str_eq(texts.items[HOST_LOADAVG].text, "1 2 3 4/5 6\r\n");
	cr_expect_str_eq(texts.items[HOST_HOSTNAME].text, "far\n");
	cr_expect_str_eq(texts.items[HOST_TIME].text, "12\n");
	cr_expect_str_eq(texts.items[HOST_USAGE].text, "/ 1 2 3 4 5 6");
	host_page_add(&page, &texts);
	cr_expect(strstr(page.text.text, "\nnode_load15 3\n"));
	cr_expect_not(host_texts_parse(&texts, "Permission denied\n", 18));
	cr_expect_not(host_texts_parse(&texts, "", 0));
}

Test(host, the_script_says_what_is_read_here, .init = begin, .fini = end)
{
	char *script = host_texts_script();

	cr_expect(strstr(script, "cat /proc/meminfo"));
	cr_expect(strstr(script, "@@skep usage"));
	free(script);
}

static const char mounts_text[] = "proc /proc proc rw 0 0\n"
				  "/dev/sda1 / ext4 rw,relatime 0 0\n"
				  "tmpfs /run tmpfs rw,nosuid 0 0\n"
				  "tmpfs /dev/shm tmpfs rw 0 0\n"
				  "overlay /var/lib/docker/overlay2/x/merged overlay rw 0 0\n"
				  "/dev/sdb1 /var/lib/docker xfs rw 0 0\n"
				  "/dev/loop3 /snap/core/1 squashfs ro 0 0\n"
				  "server:/home /mnt/with\\040space nfs4 ro,vers=4.2 0 0\n"
				  "/dev/sda1 / ext4 rw,relatime 0 0\n"
				  "broken\n"
				  "sshfs#x /media/x fuse.sshfs rw,errors=remount-ro 0 0\n";

Test(host, file_systems_as_node_exporter_chooses)
{
	static const char *const points[] = { "/", "/run", "/var/lib/docker", "/mnt/with space", "/media/x" };
	struct host_mounts mounts;

	host_mounts_read(&mounts, mounts_text);
	cr_assert_eq(mounts.count, sizeof(points) / sizeof(points[0]));
	for (size_t i = 0; i < mounts.count; i++)
		cr_expect_str_eq(mounts.items[i].point, points[i]);
	cr_expect_not(mounts.items[0].remote);
	cr_expect(mounts.items[3].remote);
	cr_expect(mounts.items[4].remote);
	cr_expect(mounts.items[3].readonly);
	cr_expect_not(mounts.items[4].readonly, "remount-ro is what happens at errors");
	host_mounts_release(&mounts);
}

Test(host, usage_that_a_script_printed, .init = begin, .fini = end)
{
	struct host_mounts mounts;
	char warning[160];

	host_mounts_read(&mounts, mounts_text);
	host_mounts_take_usage(&mounts,
			       "/ 4096 1000 500 400 99 77\n/mnt/with\\040space 1024 10 5 4 0 0\n/run 1 x\nbad\n");
	host_mounts_add(&page, &mounts);
	HAS(page.text.text,
	    "node_filesystem_size_bytes{device=\"/dev/sda1\",fstype=\"ext4\",mountpoint=\"/\"} 4096000");
	HAS(page.text.text,
	    "node_filesystem_avail_bytes{device=\"/dev/sda1\",fstype=\"ext4\",mountpoint=\"/\"} 1638400");
	HAS(page.text.text, "node_filesystem_files_free{device=\"/dev/sda1\",fstype=\"ext4\",mountpoint=\"/\"} 77");
	HAS(page.text.text,
	    "node_filesystem_free_bytes{device=\"server:/home\",fstype=\"nfs4\",mountpoint=\"/mnt/with space\"} 5120");
	HAS(page.text.text,
	    "node_filesystem_device_error{device=\"sshfs#x\",fstype=\"fuse.sshfs\",mountpoint=\"/media/x\"} 1");
	HAS_NOT(page.text.text, "node_filesystem_size_bytes{device=\"sshfs#x\"");
	cr_expect(host_mounts_warning(&mounts, warning, sizeof(warning)));
	cr_expect_str_eq(warning, "no answer from file system /run, /var/lib/docker, /media/x");
	host_mounts_release(&mounts);
}

Test(host, too_many_mounts_are_counted)
{
	struct strbuf text = STRBUF_INIT;
	struct host_mounts mounts;
	char warning[160];

	for (int i = 0; i < HOST_MOUNTS_MAX + 100; i++)
		strbuf_addf(&text, "/dev/x%d /m/%d ext4 rw 0 0\n", i, i);
	host_mounts_read(&mounts, text.text);
	cr_expect_lt(mounts.count, (size_t)HOST_MOUNTS_MAX);
	cr_expect_eq(mounts.count + mounts.left_out, (size_t)HOST_MOUNTS_MAX + 100);
	cr_expect(host_mounts_warning(&mounts, warning, sizeof(warning)));
	host_mounts_release(&mounts);
	strbuf_release(&text);
}

/* A file system whose server hangs until the test lets it go. */
static atomic_int hanging, asked, answered;

static int ask(const char *path, struct statvfs *ret)
{
	atomic_fetch_add(&asked, 1);
	while (strstr(path, "space") && atomic_load(&hanging))
		usleep(1000);
	atomic_fetch_add(&answered, 1);
	if (strstr(path, "media")) {
		errno = EACCES;
		return -1;
	}
	*ret = (struct statvfs){
		.f_frsize = 512, .f_blocks = 100, .f_bfree = 50, .f_bavail = 40, .f_files = 9, .f_ffree = 8
	};
	return 0;
}

static void on_done(void *user)
{
	loop_stop(user);
}

static void ask_all(struct host_usage *usage, struct loop *loop, struct host_mounts *mounts, int64_t timeout_ms)
{
	host_mounts_read(mounts, mounts_text);
	host_usage_local(mounts, "/root", ask);
	host_usage_remote(usage, mounts, timeout_ms, on_done, loop);
	loop_run(loop);
}

Test(host, one_that_hangs_holds_no_other)
{
	struct loop *loop = loop_new(NULL);
	struct host_usage *usage = host_usage_new(loop, ask);
	struct host_mounts mounts;
	int64_t begun_ms = clock_monotonic_ms();
	int before;

	hanging = 1;
	ask_all(usage, loop, &mounts, 200);
	cr_expect_lt(clock_monotonic_ms() - begun_ms, 1500);
	cr_expect_eq(mounts.items[0].answer, MOUNT_ANSWERED);
	cr_expect_eq(mounts.items[3].answer, MOUNT_SILENT);
	cr_expect_eq(mounts.items[4].answer, MOUNT_REFUSED);
	cr_expect_float_eq(mounts.items[0].block_bytes * mounts.items[0].blocks_available, 20480, 0);
	host_mounts_release(&mounts);
	/* While it hangs it is not asked again, and nobody waits for it. */
	before = asked;
	begun_ms = clock_monotonic_ms();
	ask_all(usage, loop, &mounts, 5000);
	cr_expect_lt(clock_monotonic_ms() - begun_ms, 1000);
	cr_expect_eq(asked - before, 4, "three local ones and the other remote one");
	cr_expect_eq(mounts.items[3].answer, MOUNT_SILENT);
	host_mounts_release(&mounts);
	hanging = 0;
	usleep(50000);
	/* What it said at last is of then; from the next time on it is asked again. */
	ask_all(usage, loop, &mounts, 5000);
	host_mounts_release(&mounts);
	ask_all(usage, loop, &mounts, 5000);
	cr_expect_eq(mounts.items[3].answer, MOUNT_ANSWERED);
	host_mounts_release(&mounts);
	host_usage_free(usage);
	loop_free(loop);
}

Test(host, freed_while_one_hangs)
{
	struct loop *loop = loop_new(NULL);
	struct host_usage *usage = host_usage_new(loop, ask);
	struct host_mounts mounts;

	hanging = 1;
	ask_all(usage, loop, &mounts, 50);
	host_mounts_release(&mounts);
	host_usage_free(usage);
	host_usage_free(NULL);
	loop_free(loop);
	cr_expect_eq(asked - answered, 1, "nobody waited for it");
	hanging = 0;
	while (answered < asked)
		usleep(1000);
	/* What it still does with its answer is to be seen by the sanitizers. */
	usleep(50000);
}
