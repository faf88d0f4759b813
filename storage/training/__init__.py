"""Export of verified utterances as training data: clips and lists in the trainers' formats."""
