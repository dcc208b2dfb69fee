# real: a model of Triton's python backend that runs the model.onnx beside it, as the onnxruntime backend does elsewhere;
# on one thread, or as many as the configuration's parameter `threads` says.
import json
import os

import numpy as np
import onnxruntime
import triton_python_backend_utils as pb_utils

TYPES = {"tensor(float)": "TYPE_FP32", "tensor(int64)": "TYPE_INT64", "tensor(int32)": "TYPE_INT32"}


def open_session(folder, threads=1):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(os.path.join(folder, "model.onnx"), options, providers=["CPUExecutionProvider"])


class TritonPythonModel:
    @staticmethod
    def auto_complete_config(config):
        described = config.as_dict()
        if described["input"]:
            return config
        session = open_session(os.path.dirname(__file__))
        batched = 1 if described["max_batch_size"] > 0 else 0
        for add, values in ((config.add_input, session.get_inputs()), (config.add_output, session.get_outputs())):
            for value in values:
                dims = [size if isinstance(size, int) else -1 for size in value.shape][batched:]
                add({"name": value.name, "data_type": TYPES[value.type], "dims": dims})
        return config

    def initialize(self, args):
        folder = os.path.join(args["model_repository"], args["model_version"])
        described = json.loads(args["model_config"])
        threads = described.get("parameters", {}).get("threads", {}).get("string_value", "1")
        self.session = open_session(folder, int(threads))
        self.names = [value.name for value in self.session.get_inputs()]
        self.batched = described["max_batch_size"] > 0

    def execute(self, requests):
        feeds = [
            {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in self.names}
            for request in requests
        ]
        wanted = [list(request.requested_output_names()) for request in requests]
        shapes = {tuple(feed[name].shape[1:] for name in self.names) for feed in feeds}
        if not self.batched or len(shapes) > 1 or len({tuple(names) for names in wanted}) > 1:
            return [self.answer(feed, names) for feed, names in zip(feeds, wanted)]
        try:
            whole = self.session.run(wanted[0], {name: np.concatenate([feed[name] for feed in feeds]) for name in self.names})
        except Exception:
            # One of them is at fault, the others need not know.
            return [self.answer(feed, names) for feed, names in zip(feeds, wanted)]
        ends = np.cumsum([len(feed[self.names[0]]) for feed in feeds])[:-1]
        parts = [np.split(value, ends) for value in whole]
        return [self.response(wanted[0], [part[k] for part in parts]) for k in range(len(feeds))]

    def answer(self, feed, names):
        try:
            return self.response(names, self.session.run(names, feed))
        except Exception as error:
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error)))

    def response(self, names, values):
        return pb_utils.InferenceResponse([pb_utils.Tensor(name, value) for name, value in zip(names, values)])
