"""Why a file was not converted: what the child says by a word, and the sentence's end that it stands for."""

from studio.text import Text

REASONS = {
    "objects": Text("it holds more than numbers ({}), which only the program that wrote it could read"),
    "script": Text("it is a TorchScript archive, a program with weights"),
    "old": Text("it is in a format of before 2018, which nothing reads without running it"),
    "compressed": Text("it is a compressed archive, which torch never writes"),
    "promises": Text("its tensors claim {} bytes, and the file has {}"),
    "empty": Text("no tensors are in it"),
    "kind": Text("its tensor {} is of a kind that .safetensors does not know ({})"),
    "damaged": Text("it is damaged or no file of torch ({})"),
    "storage": Text("the result could not be written, or the file not be read ({})"),
    "memory": Text("it asked for more memory than its size allows"),
    "time": Text("it took longer than its size allows"),
    "forbidden": Text("it tried to do more than read ({})"),
    "ended": Text("the process that read it came to an end, most likely at its limits of memory and size"),
}
