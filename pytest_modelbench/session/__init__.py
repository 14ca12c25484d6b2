"""The part that knows pytest: options, items, and the wiring of engine, store and gates.

Nothing is imported here: `options` is read by every pytest run on the machine, the rest only by
runs that ask a model something.
"""
