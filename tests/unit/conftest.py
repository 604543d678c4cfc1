"""What holds for every unit test."""

import hypothesis

# How long an example takes says more about the machine's other work than about the code.
hypothesis.settings.register_profile("without a stopwatch", deadline=None)
hypothesis.settings.load_profile("without a stopwatch")
