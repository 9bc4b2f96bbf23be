#include <math.h>

#include "base/clock.h"
#include "sim/dryad_state.h"

/* The machine all of it runs on, and the memory of a backend's process. */

/* What is used beside the backends. */
static const double others_bytes = 4.6e9, disk_base = 0.46;

void dryad_host_init(struct dryad *dryad)
{
	dryad->host.boot_ms = dryad->start_ms - 41 * CLOCK_DAY;
	dryad->host.memory_used = others_bytes + 1.1e9 * dryad->backend_count;
	dryad->host.disk_used = disk_base * DRYAD_DISK_BYTES;
}

static double load_of(const struct dryad *dryad)
{
	double load = 0.09 + 0.5 * dryad->push[PUSH_CPU];

	for (unsigned i = 0; i < dryad->backend_count; i++)
		load += dryad->backends[i].cores / DRYAD_CORES;
	/* A model of one's own wants cores of one's own. */
	if (dryad->settings.provider == PROVIDER_OLLAMA && dryad_llm_serves(dryad))
		load += 0.008 * DRYAD_SUM(dryad, rate);
	return load + 0.5 * dryad->push[PUSH_CPU];
}

static void cores_step(struct dryad *dryad, const struct dryad_step *step)
{
	struct dryad_host *host = &dryad->host;
	double load = load_of(dryad), waiting = fmin(0.004 + dryad->push[PUSH_BLOCKS] / 20000, 0.2);

	for (int i = 0; i < DRYAD_CORES; i++) {
		double unlike = 1 + 0.12 * dryad_wander(dryad, NULL, CHANCE_CORE + i, step->now_s, 30);
		double busy = fmin(fmax(load * unlike, 0.01), 0.985 - waiting);

		host->busy[i] = dryad_relax(host->busy[i], busy, 6, step->dt_s);
		host->cpu_user[i] += host->busy[i] * 0.8 * step->dt_s;
		host->cpu_system[i] += host->busy[i] * 0.2 * step->dt_s;
		host->cpu_iowait[i] += waiting * step->dt_s;
		host->cpu_idle[i] += fmax(1 - host->busy[i] - waiting, 0) * step->dt_s;
	}
}

void dryad_host_step(struct dryad *dryad, const struct dryad_step *step)
{
	struct dryad_host *host = &dryad->host;
	double rate = DRYAD_SUM(dryad, rate), memory = others_bytes + dryad->redis_bytes, disk;

	cores_step(dryad, step);
	for (unsigned i = 0; i < dryad->backend_count; i++)
		memory += dryad->backends[i].phase == PHASE_UP ? dryad->backends[i].resident_bytes : 0;
	host->swap_used = fmax(memory - DRYAD_HOST_BYTES * 0.97, 0);
	host->memory_used = fmin(memory, DRYAD_HOST_BYTES * 0.985);
	/* Logs and backups grow by day and are cleared by night. */
	disk = disk_base + 0.02 * (double)(step->now_s % 86400) / 86400 + dryad->push[PUSH_DISK];
	host->disk_used = fmin(disk, 0.992) * DRYAD_DISK_BYTES;
	host->received += (rate * 1900 + 9000) * step->dt_s;
	host->sent += (rate * 7200 + 12000) * step->dt_s;
	host->read_bytes += (14 + dryad->push[PUSH_BLOCKS]) * 8192 * step->dt_s;
	host->written_bytes += (rate * 5200 + 30000) * step->dt_s;
}

static void be_killed(struct dryad *dryad, struct backend *backend)
{
	dryad_log_say(dryad, "CRITICAL", "app.main", "Worker killed: out of memory (limit %.0f MiB)",
		      dryad->settings.memory_limit_bytes / 1048576);
	backend_restart(dryad, backend, 0);
}

void backend_memory_step(struct dryad *dryad, struct backend *backend, const struct dryad_step *step)
{
	double usual =
		0.95e9 + 6e6 * backend->rate + 0.07e9 * dryad_wander(dryad, backend, CHANCE_MEMORY, step->now_s, 500);
	double mock = (dryad_store_serves(dryad, DRYAD_REDIS) ? 0 : 0.12e9) +
		      (dryad_store_serves(dryad, DRYAD_CHROMA) ? 0 : 0.35e9);
	double cores = 0.12 + 0.021 * backend->rate + 0.25 * backend->push[PUSH_CPU];

	backend->resident_bytes =
		dryad_relax(backend->resident_bytes, usual + mock + backend->push[PUSH_HEAP], 20, step->dt_s);
	backend->heap_bytes = backend->resident_bytes * 0.72;
	cores += 2 * fmax(backend->resident_bytes / dryad->settings.memory_limit_bytes - 0.9, 0) * 10;
	backend->cores = fmin(cores, 2);
	backend->cpu_seconds += backend->cores * step->dt_s;
	if (backend->resident_bytes > dryad->settings.memory_limit_bytes)
		be_killed(dryad, backend);
}
