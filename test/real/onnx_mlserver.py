# real: a model of MLServer that runs the model.onnx beside it.
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse, MetadataTensor
from mlserver.utils import get_model_uri

TYPES = {"tensor(float)": "FP32", "tensor(int64)": "INT64", "tensor(int32)": "INT32"}


def described(values):
    return [
        MetadataTensor(
            name=value.name,
            datatype=TYPES[value.type],
            shape=[size if isinstance(size, int) else -1 for size in value.shape],
        )
        for value in values
    ]


def encoded(name, value):
    output = NumpyCodec.encode_output(name, value)
    # The codec makes a column of a vector.
    output.shape = list(value.shape)
    return output


class OnnxModel(MLModel):
    async def load(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = await get_model_uri(self.settings)
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.inputs = described(self.session.get_inputs())
        self.outputs = described(self.session.get_outputs())
        return True

    async def predict(self, payload):
        feeds = {given.name: NumpyCodec.decode_input(given).reshape(given.shape) for given in payload.inputs}
        names = [wanted.name for wanted in payload.outputs or self.outputs]
        values = self.session.run(names, feeds)
        outputs = [encoded(name, value) for name, value in zip(names, values)]
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=outputs)
