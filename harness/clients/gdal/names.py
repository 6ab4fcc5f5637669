"""GDAL, by way of rasterio, object by object: the bytes are the pixels of a raster."""

import os
import urllib.parse

import numpy
import rasterio
import rasterio.shutil
from steps import answer, read, write

settings = {
    "AWS_S3_ENDPOINT": urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc,
    "AWS_HTTPS": "NO",
    "AWS_VIRTUAL_HOSTING": "FALSE",
    "CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE": "YES",
    # Each step is to ask the endpoint.
    "VSI_CACHE": "FALSE",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
}


def put(key, file):
    pixels = numpy.frombuffer(read(file), dtype="uint8").reshape(1, 1, -1)
    with rasterio.MemoryFile() as memory:
        with memory.open(driver="GTiff", width=pixels.size, height=1, count=1, dtype="uint8") as raster:
            raster.write(pixels)
        with memory.open() as raster:
            rasterio.shutil.copy(raster, f"/vsis3/bucket/{key}", driver="GTiff")


def get(key, file):
    with rasterio.open(f"/vsis3/bucket/{key}") as raster:
        write(file, raster.read().tobytes())


with rasterio.Env(session=None, **settings):
    answer(put=put, get=get)
