"""The container cluster, driven from outside through its one published port."""
