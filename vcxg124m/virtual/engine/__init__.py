"""The camera's timing and process I/O on invented time: triggers, exposures, lines, counters, timer, sequencer.

Nothing here reads a clock or knows a register. Instants and durations are integer nanoseconds.
"""
