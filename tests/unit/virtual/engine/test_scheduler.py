"""Invented time: everything at its own instant, in order."""

from hypothesis import given
from hypothesis import strategies as st

from vcxg124m.virtual.engine.scheduler import Scheduler


def test_what_is_due_happens_in_order_and_at_its_own_instant_however_late_the_caller():
    scheduler, done = Scheduler(), []
    for instant in (30, 10, 20, 10):
        scheduler.at(instant, lambda instant=instant: done.append((instant, scheduler.now)))
    scheduler.run(1000)
    assert done == [(10, 10), (10, 10), (20, 20), (30, 30)]
    assert scheduler.now == 1000


def test_equal_instants_keep_the_order_in_which_they_were_asked_for():
    scheduler, done = Scheduler(), []
    for name in "abc":
        scheduler.at(5, lambda name=name: done.append(name))
    scheduler.run(5)
    assert done == ["a", "b", "c"]


def test_what_an_event_asks_for_within_the_same_run_happens_in_it():
    scheduler, done = Scheduler(), []
    scheduler.at(10, lambda: scheduler.after(5, lambda: done.append(scheduler.now)))
    scheduler.run(20)
    assert done == [15]


def test_a_cancelled_event_does_not_happen_and_is_not_waited_for():
    scheduler, done = Scheduler(), []
    scheduler.at(10, lambda: done.append(1)).cancel()
    scheduler.at(20, lambda: done.append(2))
    assert scheduler.next() == 20
    scheduler.run(30)
    assert done == [2]
    assert scheduler.next() is None


def test_time_does_not_run_backwards():
    scheduler, done = Scheduler(100), []
    scheduler.run(50)
    scheduler.at(10, lambda: done.append(scheduler.now))
    scheduler.run(100)
    assert done == [100]


@given(st.lists(st.integers(0, 1000)), st.lists(st.integers(0, 1000)))
def test_it_does_not_matter_in_how_many_steps_time_passes(instants, steps):
    def diary(stops):
        scheduler, done = Scheduler(), []
        for instant in instants:
            scheduler.at(instant, lambda: done.append(scheduler.now))
        for stop in [*sorted(stops), 1000]:
            scheduler.run(stop)
        return done

    assert diary(steps) == diary([]) == sorted(instants)
