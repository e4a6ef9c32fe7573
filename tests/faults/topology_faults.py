"""What is broken where several machines serve. The docstrings are in the table."""

import os
import signal

from tests.faults.clock_faults import DAY


def machine_lost(stage):
    """one of two machines lost for 10 s, its web processes and worker with it"""
    for process in (stage.webs[1], stage.workers[1]):
        process.lose()
    yield 10
    for process in (stage.webs[1], stage.workers[1]):
        process.return_()


def machine_stands_still(stage):
    """one of two machines takes connections and says nothing for 12 s"""
    pids = [stage.webs[1].process.pid, *stage.webs[1].children()]
    _signal(pids, signal.SIGSTOP)
    yield 12
    _signal(pids, signal.SIGCONT)


def replica_lost(stage):
    """kill -9 of the replica that pages are read from, started again after 10 s"""
    replica = stage.replicas[0]
    replica.kill()
    yield 10
    replica.start()


def replica_lags(stage):
    """the replica that pages are read from stands still for 10 s, and is asked all the same"""
    replica = stage.replicas[0]
    replica.run("SELECT pg_wal_replay_pause()")
    yield 10
    replica.run("SELECT pg_wal_replay_resume()")


def primary_lost(stage):
    """kill -9 of the primary, after 2 s a replica is promoted and PgBouncer led there"""
    stage.database.kill()
    yield 2
    lost = stage.promote()
    yield 6
    stage.replace(lost)


def redis_lost(stage):
    """Redis refuses connections for 10 s"""
    stage.redis_cable.refuse()
    yield 10
    stage.redis_cable.mend()


def redis_silent(stage):
    """cable to Redis pulled for 10 s, without a reset"""
    stage.redis_cable.pull()
    yield 10
    stage.redis_cable.mend()


def pooler_killed(stage):
    """kill -9 of PgBouncer, which systemd starts again"""
    stage.pooler.signal(signal.SIGKILL)
    yield 6


def pooler_lost(stage):
    """PgBouncer gone for 10 s"""
    stage.pooler.lose()
    yield 10
    stage.pooler.return_()


def machine_ahead(stage):
    """clock of one of two machines a day ahead for 15 s, then right again"""
    stage.clocks[1].set(DAY)
    yield 15
    stage.clocks[1].set(0)
    yield 10


def _signal(pids, number):
    for pid in pids:
        os.kill(pid, number)


TOPOLOGY_FAULTS = {
    function.__name__: function
    for function in (
        *(machine_lost, machine_stands_still, replica_lost, replica_lags, primary_lost),
        *(redis_lost, redis_silent, pooler_killed, pooler_lost, machine_ahead),
    )
}
