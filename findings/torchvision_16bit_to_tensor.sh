#!/usr/bin/env bash
# Guess: `to_tensor` of a 16-bit grey PNG is a picture whose white is the largest value (1.0, or 65535).
# What happens: it is an int16 tensor, not scaled, and all above 32767 is negative: white is -1, darker than black.
#   `pil_to_tensor` of the same picture and `torchvision.io.decode_image` of the same file give uint16 with white 65535.
# Versions: torchvision 0.29.1, torch 2.14.1, pillow 13.0.0, numpy 2.4.6.
# Source: torchvision/transforms/functional.py, `to_tensor` (`mode_to_nptype`: "I;16" is np.int16).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --no-compile torchvision==0.29.1 pillow==13.0.0 torch==2.14.1 numpy==2.4.6
"$folder/bin/python" -I - <<'EOF'
import io
from importlib.metadata import version

import numpy as np
import torch
from PIL import Image
from torchvision.io import decode_image
from torchvision.transforms.functional import pil_to_tensor, to_tensor

print({name: version(name) for name in ("torchvision", "torch", "pillow", "numpy")})
grey = np.array([[0, 20000, 32767, 32768, 65535]], dtype=np.uint16)
file = io.BytesIO()
Image.fromarray(grey).save(file, "PNG")
picture = Image.open(file)
results = {
    "to_tensor": to_tensor(picture),
    "pil_to_tensor": pil_to_tensor(picture),
    "decode_image": decode_image(torch.frombuffer(bytearray(file.getvalue()), dtype=torch.uint8)),
}
print("mode", picture.mode, " stored values", grey.tolist())
for name, tensor in results.items():
    print(f"{name:14}", tensor.dtype, tensor.flatten().tolist())
assert results["to_tensor"].dtype == torch.int16
assert results["to_tensor"].flatten().tolist() == [0, 20000, 32767, -32768, -1]
assert results["pil_to_tensor"].flatten().tolist() == grey[0].tolist()
assert results["decode_image"].flatten().tolist() == grey[0].tolist()
EOF
