"""Numbers for people: how good predictions are, in units that can be judged.

A metric is only read, never differentiated. Every function refuses shapes that differ. No
framework is imported.

One number about all examples takes `(predicted, target)` in this order: `accuracy`, `r2`. Where
the two play different parts, as in a table, a curve or a rate per class, the truth comes first,
as in scikit-learn: `confusion_matrix(labels, predictions)`, `roc_curve(labels, scores)`.
"""
