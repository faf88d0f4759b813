"""Export of utterances as training data, with audio clips and lists in trainers' formats."""
