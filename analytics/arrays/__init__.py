"""Tools over arrays: sorting into groups, components, compiled loops, columns of which little changes."""
