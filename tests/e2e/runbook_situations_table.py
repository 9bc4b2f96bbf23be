"""What can go wrong with the simulated systems and which runbook leads out of
it: a row a situation, for runbook_situations.py to play.

`moves` is what the person does once the runbook is open, divided by ", ":
`look` runs the step of the diagnosis that has the focus, a letter chooses that
scenario, a number runs that step of it (`3.2`: any step by its id; `2=4`: with
the fourth choice for what it needs), `skip N` passes one over, `done N` says
that one is done by hand, `open NAME` follows the link to that runbook, where a
run begins, `prove` waits until the checks of the step before hold, `verify`
runs the first step of the verification. What must be typed is taken from the
runbook's own annotations, and the prompt must ask for just that."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Situation:
    name: str
    system: str
    faults: str  # divided by blanks
    alert: str
    runbook: str  # that `r` opens
    moves: str
    age: str = "15m"  # of the faults when the console is started: past every `for` of the alert
    main: bool = False  # one of the five that are to take 12 keys at most
    ci: bool = False  # played with the other tests
    later: tuple = ()  # checks whose window is longer than a test waits, or that later steps are to undo
    green_s: int = 240  # the longest wait for the alert and the checks, in seconds


def polln(name, faults, alert, runbook, moves, **more):
    return Situation(name, "polln", faults, alert, runbook, moves, **more)


def dryad(name, faults, alert, runbook, moves, **more):
    return Situation(name, "dryad", faults, alert, runbook, moves, **more)


INTEGRITY = "no integrity check fails"  # of the last ten minutes
HITS = "70% of the look-ups hit"  # of the last five
ANSWERED = "99.9% are answered well"
DECISIONS = "decisions take at most 500 ms"
REQUESTS = "requests take at most 500 ms"
ARRIVE = "500 requests a second arrive"

TABLE = [
    # ---- colony-crash ----
    polln("crash: the process ended", "crash@0", "ColonyDown", "colony-crash", "look, look, look, E, 1, verify",
          main=True, ci=True),
    polln("crash: every process ended", "crash@all", "ColonyDown", "colony-crash", "look, E, 1, verify"),
    # Killed after about fifteen minutes, it begins anew, below the limit of the alert.
    polln("crash: out of memory", "out-of-memory", "CriticalMemoryUsage", "colony-crash",
          "look, look, look, A, 1, verify", age="8m"),
    polln("crash: deadlock", "deadlock", "ColonyDown", "colony-crash", "look, B, 1, verify"),
    polln("crash: a dependency is gone too", "crash@0 worldmodel-down", "ColonyDown", "colony-crash",
          "look, C, 1, E, 1, verify"),
    polln("crash: spoilt data", "corrupted-agents", "ColonyUnhealthy", "colony-crash", "look, D, 1, 2, 3, verify"),
    polln("crash: too few agents", "agent-loss", "AgentCountLow", "colony-crash", "look, F, 1, verify"),
    polln("crash: it ends at each start", "crash-loop", "ColonyDown", "colony-crash", "look, E, 1, H, 1, 2, verify"),
    # ---- dependency-failure ----
    polln("dependency: lmcache", "lmcache-down", "KVCacheBackendDown", "dependency-failure", "look, look, A, 1, verify",
          main=True, ci=True, later=(HITS,)),
    polln("dependency: federated", "federated-down", "FederatedCoordinatorDown", "dependency-failure",
          "look, B, 1, verify"),
    polln("dependency: worldmodel", "worldmodel-down", "WorldModelDown", "dependency-failure", "look, C, 1, verify"),
    polln("dependency: meadow", "meadow-down", "MeadowDisconnected", "dependency-failure", "look, D, 1, verify",
          age="20m"),
    polln("dependency: redis", "redis-down", "RedisDown", "dependency-failure", "look, G, 1, verify"),
    polln("dependency: database", "database-failing", "DatabaseConnectionFailing", "dependency-failure",
          "look, F, 1, 2, verify"),
    polln("dependency: all of them at once", "network-partition", "FederatedSyncFailing", "dependency-failure",
          "look, E, 1, open network-partition, A, 1, 2, done 3, 4, verify", later=(HITS, ANSWERED), green_s=480),
    polln("dependency: network partition", "network-partition", "NetworkPartition", "network-partition",
          "look, A, 1, 2, done 3, 4, verify", later=(HITS, ANSWERED)),
    # ---- data-corruption ----
    polln("corruption: NaN synapses", "nan-synapses", "SynapseNaNDetected", "data-corruption",
          "look, B, 1, skip 2, 3, verify", main=True, ci=True, later=(INTEGRITY,)),
    polln("corruption: spoilt synapses", "corrupted-synapses", "SynapseCorruption", "data-corruption",
          "look, B, skip 1, 2, 3, verify", later=(INTEGRITY,)),
    polln("corruption: agents", "corrupted-agents", "ValidationFailure", "data-corruption", "look, A, 1, 2, 3, verify",
          later=(INTEGRITY,)),
    polln("corruption: world model", "entropy-loss", "WorldModelEntropyLow", "data-corruption",
          "look, C, 1, 2, 3, verify", age="25m", later=(INTEGRITY,)),
    polln("corruption: anchors", "corrupted-anchors", "ValidationFailure", "data-corruption", "look, D, 1, 2, 3, verify",
          later=(INTEGRITY,)),
    polln("corruption: federated state", "corrupted-federated", "ValidationFailure", "data-corruption",
          "look, E, 1, 2, 3, 4, verify", later=(INTEGRITY,)),
    polln("corruption: everything is spoilt", "corrupted-store", "SynapseCorruption", "data-corruption",
          "look, 1.3, F, 1, 2=5, 3, prove, 4, 5, 6, 7, 8, verify",
          later=(INTEGRITY, "no instance runs", "still no instance runs")),
    # ---- performance-degradation ----
    polln("performance: too many agents", "agent-explosion", "AgentCountHigh", "performance-degradation",
          "look, A, 1, 2, verify", age="20m", main=True, ci=True, later=(DECISIONS, REQUESTS, ANSWERED)),
    polln("performance: memory leak", "memory-leak", "HighMemoryUsage", "performance-degradation", "look, B, 1, verify"),
    polln("performance: too many synapses", "synapse-bloat", "HighDecisionLatency", "performance-degradation",
          "look, C, 1, 2, 3, verify", age="20m", later=(DECISIONS, REQUESTS, ANSWERED), green_s=480),
    polln("performance: slow network", "slow-network", "RequestLatencyWarning", "performance-degradation",
          "look, F, 1, 2, 3, 4, 5, verify", later=(REQUESTS,), green_s=480),
    polln("performance: dreams crowd out the work", "dream-saturation", "LongDreamCycle", "performance-degradation",
          "look, D, 1, verify", green_s=480),
    polln("performance: anchor pool full", "kv-saturation", "AnchorPoolSaturated", "performance-degradation",
          "look, E, 1, verify", age="20m"),
    polln("performance: hot partition", "latency", "CriticalDecisionLatency", "performance-degradation",
          "look, look, G, 1, verify", green_s=480),
    polln("performance: requests fail", "error-burst", "SLAViolationAvailability", "performance-degradation",
          "look, H, 1, 2, verify", green_s=480),
    polln("performance: requests do not arrive", "traffic-loss", "ThroughputCritical", "performance-degradation",
          "look, I, 1, verify", age="20m", later=(ARRIVE,)),
    # ---- disaster-recovery ----
    polln("disaster: the region is lost", "region-loss", "ColonyDown", "colony-crash",
          "look, G, done 1, open disaster-recovery, 3.1, 3.2, 3.3", main=True, ci=True, later=(ARRIVE,)),
    polln("disaster: several zones are lost", "zone-loss", "ColonyDown", "colony-crash",
          "look, G, done 1, open disaster-recovery, A, 2, 3, verify", later=(ARRIVE,)),
    polln("disaster: zones and standby are lost", "zones-and-standby-loss", "ColonyDown", "colony-crash",
          "look, G, done 1, open disaster-recovery, 3.1, 3.2, 3.3", later=(ARRIVE,)),
    polln("disaster: a failover does not end", "failover-stuck", "FailoverSlow", "disaster-recovery",
          "look, E, 1, verify", age="20m"),
    # ---- security-breach ----
    polln("breach: passwords are tried", "auth-attack", "PotentialAttack", "security-breach", "look, A, 1, 2, verify",
          green_s=480),
    # ---- backup-restore ----
    polln("backup: every one fails", "backup-failing", "BackupFailedTwice", "backup-restore", "look, A, 1, 2, verify",
          age="25m", green_s=480),
    polln("backup: they take long", "backup-slow", "BackupSlow", "backup-restore", "look, B, 1, verify", age="15m",
          green_s=480),
    polln("backup: they are too large", "backup-swollen", "BackupTooLarge", "backup-restore", "look, C, 1, verify",
          green_s=480),
    polln("backup: what is written is spoilt", "backup-spoilt", "BackupVerificationFailed", "backup-restore",
          "look, D, 2, 3, verify"),
    polln("backup: none is copied", "replication-stalled", "BackupNotCopied", "backup-restore", "look, E, 1, verify",
          age="20m", green_s=480),
    # ---- DRYAD: the five entries of its troubleshooting ----
    dryad("start: a variable is missing", "start-failure", "ServiceDown", "service-will-not-start",
          "look, A, done 1, 2, verify"),
    dryad("start: the process is gone", "backend-down", "ServiceDown", "service-will-not-start", "look, B, 1, verify"),
    dryad("start: the front door is shut", "nginx-down", "FrontDoorDown", "service-will-not-start",
          "look, C, 1, 2, verify"),
    dryad("errors: the backend is in a bad state", "high-error-rate", "ErrorRateCritical", "high-error-rate",
          "look, A, 1, verify", age="25m", green_s=480),
    dryad("slow: a query runs for too long", "slow-responses", "ResponseTimeHigh", "slow-responses",
          "look, A, 1, verify", age="25m", green_s=480),
    dryad("leak: memory climbs", "memory-leak", "MemoryWarning", "high-memory", "look, A, 1, verify", age="16m", ci=True),
    dryad("connections: the pool is used up", "database-connections", "DatabaseConnectionPoolExhausted",
          "database-connections", "look, look, look, B, 1, verify", age="25m", ci=True),
    dryad("connections: the database is gone", "database-down", "DatabaseConnectionFails", "database-connections",
          "look, A, 1, verify", age="20m"),
    # ---- DRYAD: the six common issues ----
    dryad("common: Redis", "redis-down", "RedisLost", "redis-connection-failed", "look, A, 1, verify"),
    dryad("common: ChromaDB", "chroma-down", "ChromaDBLost", "redis-connection-failed", "look, B, 1, verify"),
    dryad("common: no language model", "llm-unavailable", "LLMProviderLost", "llm-provider-unavailable",
          "look, A, 1, verify", age="20m"),
    dryad("common: a migration failed", "migration-failed", "LevelFailed", "validation-failing", "look, B, 1, 2, verify",
          age="20m", green_s=480),
    dryad("common: a level fails", "validation-failing", "LevelFailed", "validation-failing", "look, A, 1, verify",
          age="20m", green_s=480),
    dryad("common: memory is used up", "high-memory", "MemoryCritical", "high-memory", "look, B, 1, verify", age="20m"),
    dryad("common: the certificate has expired", "certificate-expired", "CertificateExpired", "certificate-expired",
          "look, A, 1, 2, verify"),
    # ---- DRYAD: other scenarios of these, and what its other alerts lead to ----
    dryad("errors: workflows of agents fail", "workflow-failures", "HighAgentWorkflowFailureRate", "high-error-rate",
          "look, C, 1, verify", age="25m", green_s=480),
    dryad("slow: another program takes the cores", "high-cpu", "HighCPUUsage", "slow-responses", "look, C, 1=1, verify",
          age="25m", green_s=480),
    dryad("common: no provider is reached", "llm-outage", "AllLLMProvidersGone", "llm-provider-unavailable",
          "look, C, 1, verify", age="20m", green_s=480),
    dryad("disk: it is full", "disk-full", "DiskCritical", "disk-space", "look, A, 1, verify", age="20m", green_s=480),
    dryad("errors: a release brought them", "bad-deploy", "ErrorRateWarning", "high-error-rate", "look, B, 1=1, verify",
          age="25m", green_s=480),
    dryad("slow: an index is missing", "slow-responses", "ResponseTimeHigh", "slow-responses", "look, B, 1, verify",
          age="25m", green_s=480),
    dryad("levels: the memory guild", "memory-guild-errors", "MemoryGuildErrors", "validation-failing",
          "look, C, 1, verify", age="20m", green_s=480),
]
