"""Export: one thread for torch in the tests: on a machine that is busy, two wait for each other more than they compute."""

import torch

torch.set_num_threads(1)
