import lib_keeps_values as kept

from show import show

show("RANDOM generator", lambda: kept.GENERATOR.random())
show("RANDOM token", lambda: kept.TOKEN)
show("RANDOM id", lambda: kept.ID)
show("RANDOM number", lambda: kept.NUMBER)
show("RANDOM seed", lambda: kept.SEED.random())
show("local", lambda: sorted(vars(kept.LOCAL)))
show("variable", lambda: kept.VARIABLE.get())
