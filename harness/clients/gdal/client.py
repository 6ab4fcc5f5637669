"""GDAL, by way of rasterio: a raster written to S3 and read again."""

import os
import urllib.parse

import numpy
import rasterio
import rasterio.shutil

endpoint = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
settings = {
    "AWS_S3_ENDPOINT": endpoint.netloc,
    "AWS_HTTPS": "YES" if endpoint.scheme == "https" else "NO",
    "AWS_VIRTUAL_HOSTING": "FALSE",
    "CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE": "YES",
}
if "AWS_CA_BUNDLE" in os.environ:
    settings["GDAL_CURL_CA_BUNDLE"] = os.environ["AWS_CA_BUNDLE"]
pixels = numpy.arange(4, dtype="uint8").reshape(1, 2, 2)
with rasterio.Env(session=None, **settings), rasterio.MemoryFile() as memory:
    with memory.open(driver="GTiff", width=2, height=2, count=1, dtype="uint8") as file:
        file.write(pixels)
    with memory.open() as file:
        for key in ["a.tif", "dir/a b+c.tif"]:
            path = f"/vsis3/bucket/{key}"
            rasterio.shutil.copy(file, path, driver="GTiff")
            with rasterio.open(path) as copy:
                assert (copy.read() == pixels).all(), key
