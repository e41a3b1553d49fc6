"""What the system says of a file or disk, in Chinese; in English it says it itself."""

from __future__ import annotations

import errno

_SAID = {
    errno.ENOENT: "文件或文件夹不存在",
    errno.EEXIST: "同名文件或文件夹已存在",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘只读",
    errno.ENOSPC: "磁盘已满",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EMFILE: "打开的文件过多",
    errno.EIO: "磁盘读写错误",
}


def system_error(error: OSError) -> str:
    """Why something could not be read or written."""
    return _SAID.get(error.errno or 0, f"系统错误（{error.strerror}）")
