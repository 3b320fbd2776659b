import email.utils
import multiprocessing
import os
import random
import secrets
import ssl
import tempfile
import uuid

import numpy

from show import show

show("RANDOM random", random.random)
show("RANDOM Random", lambda: random.Random().random())
show("RANDOM SystemRandom", lambda: random.SystemRandom().random())
show("RANDOM secrets", lambda: secrets.token_hex(8))
show("RANDOM urandom", lambda: os.urandom(8))
show("RANDOM ssl", lambda: ssl.RAND_bytes(8))
show("RANDOM uuid1", uuid.uuid1)
show("RANDOM uuid4", uuid.uuid4)
show("RANDOM name", lambda: next(tempfile._get_candidate_names()))
show("RANDOM numpy", numpy.random.rand)
show("RANDOM default_rng", lambda: numpy.random.default_rng().random())
show("RANDOM authkey", lambda: bytes(multiprocessing.current_process().authkey))
show("RANDOM message", email.utils.make_msgid)
random.seed(7)
numpy.random.seed(7)
show("seeded", lambda: (random.random(), numpy.random.rand()))
