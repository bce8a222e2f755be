#!/usr/bin/env bash
# Guess: PRelu of ONNX with C slopes gives each channel of a picture (N, C, H, W) its own, as torch's PReLU(C) does and as
#   the C scales of ONNX's BatchNormalization are taken.
# What happens: the slopes are broadcast from the last axis, as in NumPy. Where the picture is C wide, every column
#   gets its own slope, without a complaint; at any other width the same model is an error. Slopes of shape (C, 1, 1)
#   are the channels'. A network with 64 channels that is checked on tiles of 64 pixels is silently another one.
# Versions: onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6.
# Source: ONNX's operators, PRelu-16 ("unidirectional broadcastable (tensor slope should be unidirectional broadcastable to
#   input tensor X)"), against BatchNormalization-15 ("Scale tensor of shape (C)").
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
"$folder/bin/python" -I - <<'EOF'
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator
from onnxruntime.capi.onnxruntime_pybind11_state import Fail

print({name: version(name) for name in ("onnx", "onnxruntime", "numpy")})
onnxruntime.set_default_logger_severity(4)
C = 3


def run(operator, width, **constants):
    """Return y (1, C, 2, width) from x = -1 by onnxruntime, after comparing with ONNX's reference."""
    shape = [1, C, 2, width]
    node = helper.make_node(operator, ["x", *constants], ["y"])
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in "xy")
    values = [onnx.numpy_helper.from_array(np.float32(v), name) for name, v in constants.items()]
    graph = helper.make_graph([node], "graph", [x], [y], values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    feed = {"x": -np.ones(shape, dtype=np.float32)}
    (result,) = session.run(None, feed)
    np.testing.assert_allclose(result, ReferenceEvaluator(model).run(None, feed)[0], rtol=1e-4)
    return result


slopes = np.array([0.1, 0.2, 0.3])
by_width = run("PRelu", 3, slope=slopes)
by_channel = run("PRelu", 3, slope=slopes.reshape(C, 1, 1))
normalised = run("BatchNormalization", 3, scale=slopes, bias=[0] * C, mean=[0] * C, var=[1] * C)
for name, y in {"PRelu (C,)": by_width, "PRelu (C, 1, 1)": by_channel, "BatchNorm. (C,)": normalised}.items():
    print(f"{name:16} first row of each channel", np.round(y[0, :, 0].astype(float), 3).tolist())
np.testing.assert_allclose(by_width, np.broadcast_to(-slopes, (1, C, 2, 3)), rtol=1e-5)
np.testing.assert_allclose(by_channel, by_width.transpose(0, 3, 2, 1), rtol=1e-5)
np.testing.assert_allclose(normalised, by_channel, rtol=1e-3)
try:
    run("PRelu", 4, slope=slopes)
except Fail as error:
    print("four pixels wide:", str(error).splitlines()[0][-60:])
else:
    raise AssertionError("Slopes (3,) were taken for a picture that is four pixels wide.")
EOF
