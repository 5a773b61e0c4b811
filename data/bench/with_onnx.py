"""fast-style in libraries that read ONNX: ONNX Runtime and OpenCV's DNN module, both float32 on the CPU."""

import numpy
import onnx_file
import transformer
import weights


class Nodes:
    """Ops that write down ONNX nodes; a value is its name."""

    def __init__(self):
        self.nodes, self.constants, self.shapes = [], [], {}

    def constant(self, name, values):
        self.constants.append(onnx_file.tensor(name, values))
        self.shapes[name] = values.shape
        return name

    def node(self, kind, *inputs, **attributes):
        output = f"value{len(self.nodes)}"
        self.nodes.append(onnx_file.node(kind, inputs, output, **attributes))
        return output

    def conv(self, x, weight, bias, stride):
        side = self.shapes[weight][2]
        n = side // 2
        pads = self.constant(f"pads{len(self.nodes)}", numpy.array([0, 0, n, n, 0, 0, n, n], "int64"))
        padded = self.node("Pad", x, pads, mode="reflect")
        return self.node("Conv", padded, weight, bias, kernel_shape=[side] * 2, strides=[stride] * 2)

    def norm(self, x, scale, shift):
        return self.node("InstanceNormalization", x, scale, shift)  # epsilon is 1e-5 by default

    def relu(self, x):
        return self.node("Relu", x)

    def add(self, x, y):
        return self.node("Add", x, y)

    def double(self, x):
        scales = self.constant(f"scales{len(self.nodes)}", numpy.array([1, 1, 2, 2], "float32"))
        how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return self.node("Resize", x, "", scales, **how)


def model(job):
    """The network as the bytes of an ONNX file, for pictures of the job's size."""
    ops = Nodes()
    net = transformer.Network(job["model"], job["row"], ops.constant)
    out = transformer.paint(ops, net, "x")
    ends = ([onnx_file.value(name, [1, 3, job["side"], job["side"]])] for name in ("x", out))
    return onnx_file.model(ops.nodes, ops.constants, *ends)


def onnxruntime(job):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = job["threads"]
    session = onnxruntime.InferenceSession(model(job), options, providers=["CPUExecutionProvider"])
    x = weights.picture(job["pictures"][0], job["side"])
    return "ONNX Runtime " + onnxruntime.__version__, lambda: session.run(None, {"x": x})[0]


def opencv(job):
    import cv2

    cv2.setNumThreads(job["threads"])
    net = cv2.dnn.readNetFromONNX(numpy.frombuffer(model(job), "uint8"))
    net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    x = weights.picture(job["pictures"][0], job["side"])

    def run():
        net.setInput(x)
        return net.forward()

    return "OpenCV " + cv2.__version__, run
