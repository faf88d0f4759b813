from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.progress import Stage, StageProgress, overall_fraction

WORK = [stage for stage in Stage if stage is not Stage.FETCH_MODELS]


@given(st.lists(st.sampled_from(Stage), max_size=6))
def test_the_whole_fraction_never_goes_back_from_the_first_stage_to_the_last(left_out):
    without = [stage for stage in left_out if stage in WORK[:-1]]
    stages = [stage for stage in WORK if stage not in without]
    steps = [StageProgress(stage, done, 4) for stage in stages for done in range(5)]

    fractions = [overall_fraction(step, without=without) for step in steps]

    assert fractions == sorted(fractions)
    assert fractions[0] == 0.0
    assert fractions[-1] > 0.999


def test_a_stage_without_units_counts_as_done():
    empty = overall_fraction(StageProgress(Stage.DETECT_SPEECH, 0, 0))

    assert empty == overall_fraction(StageProgress(Stage.DETECT_SPEECH, 5, 5))


def test_fetching_models_fills_a_bar_of_its_own():
    assert overall_fraction(StageProgress(Stage.FETCH_MODELS, 1, 2)) == 0.5
