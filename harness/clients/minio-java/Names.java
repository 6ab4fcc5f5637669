import io.minio.DownloadObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.UploadObjectArgs;
import io.minio.messages.Item;
import java.util.Map;

/** minio-java, object by object. */
final class Names {
    private static final String BUCKET = "bucket";

    public static void main(String[] arguments) throws Exception {
        MinioClient s3 = MinioClient.builder()
            .endpoint(System.getenv("AWS_ENDPOINT_URL"))
            .region("us-east-1")
            .credentials(System.getenv("AWS_ACCESS_KEY_ID"), System.getenv("AWS_SECRET_ACCESS_KEY"))
            .build();
        Steps.answer(Map.of(
            "put", words -> s3.uploadObject(UploadObjectArgs.builder()
                .bucket(BUCKET).object(words.get(0)).filename(words.get(1)).build()),
            "head", words -> s3.statObject(StatObjectArgs.builder().bucket(BUCKET).object(words.get(0)).build()),
            "get", words -> s3.downloadObject(DownloadObjectArgs.builder()
                .bucket(BUCKET).object(words.get(0)).filename(words.get(1)).build()),
            "list", words -> {
                for (Result<Item> item : s3.listObjects(ListObjectsArgs.builder()
                        .bucket(BUCKET).prefix(words.get(0)).build())) {
                    item.get();
                }
            }));
    }
}
