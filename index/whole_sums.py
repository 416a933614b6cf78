"""Whether this processor's fastest 8-bit products are exact.

Processors without VNNI add pairs of products in 16 bits, where a pair can overflow; ONNX Runtime has other kernels for them. To ask
for those everywhere would cost five times the time where the processor has AMX, so that the processor is asked.
"""

from functools import cache

import numpy as np
from onnx import TensorProto, helper, numpy_helper

_ROWS = _INNER = _COLUMNS = 64
_HIGHEST, _LARGEST = 255, 127  # of an unsigned and of a signed number of 8 bits


@cache
def sums_are_whole() -> bool:
    """Whether a product of the largest 8-bit numbers comes out right with the kernels that ONNX Runtime takes by itself."""
    import onnxruntime

    weights = numpy_helper.from_array(np.full((_INNER, _COLUMNS), _LARGEST, np.int8), "weights")
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["rows", "weights"], ["sums"])],
        "sums",
        [value("rows", TensorProto.UINT8, [_ROWS, _INNER])],
        [value("sums", TensorProto.INT32, [_ROWS, _COLUMNS])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    sums = session.run(None, {"rows": np.full((_ROWS, _INNER), _HIGHEST, np.uint8)})[0]
    return bool((sums == _HIGHEST * _LARGEST * _INNER).all())
