"""Dated rule packs as data: each `name.yaml` is read and linted by `read` of the module `name`, the models by `grading`."""
