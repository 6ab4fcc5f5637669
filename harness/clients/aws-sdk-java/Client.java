import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The AWS SDK for Java, version 2: objects, an upload in parts, listing, presigned URLs. */
final class Client {
    private static final String BUCKET = "bucket";
    private static final List<String> KEYS =
        List.of("a b", "a+b", "a=b(c)'d*e~f", "é", "dir/x", "a%20b", "a//b", "/lead", "../up");

    public static void main(String[] arguments) throws Exception {
        String authority = System.getenv("AWS_CA_BUNDLE");
        if (authority != null) {
            trust(Path.of(authority));
        }
        try (S3Client s3 = S3Client.builder().forcePathStyle(true).build()) {
            s3.createBucket(request -> request.bucket(BUCKET));
            writeReadAndList(s3);
            uploadParts(s3);
            usePresignedUrls();
            copyAndDelete(s3);
        }
    }

    private static void writeReadAndList(S3Client s3) {
        for (String key : KEYS) {
            s3.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString(key));
            expect(read(s3, key), key);
        }
        long listed = s3.listObjectsV2Paginator(request -> request.bucket(BUCKET).maxKeys(3))
            .contents().stream().count();
        expect(listed, (long) KEYS.size());
    }

    private static void uploadParts(S3Client s3) {
        String key = "parts";
        List<byte[]> parts = List.of(new byte[5 << 20], new byte[1]);
        String upload = s3.createMultipartUpload(request -> request.bucket(BUCKET).key(key)).uploadId();
        List<CompletedPart> uploaded = Stream.of(1, 2).map(number -> {
            String tag = s3.uploadPart(
                request -> request.bucket(BUCKET).key(key).uploadId(upload).partNumber(number),
                RequestBody.fromBytes(parts.get(number - 1))).eTag();
            return CompletedPart.builder().partNumber(number).eTag(tag).build();
        }).toList();
        s3.completeMultipartUpload(request -> request.bucket(BUCKET).key(key).uploadId(upload)
            .multipartUpload(completed -> completed.parts(uploaded)));
        long length = s3.headObject(request -> request.bucket(BUCKET).key(key)).contentLength();
        expect(length, (5L << 20) + 1);
    }

    private static void usePresignedUrls() throws Exception {
        try (S3Presigner presigner = S3Presigner.builder()
                .endpointOverride(URI.create(System.getenv("AWS_ENDPOINT_URL")))
                .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .build()) {
            URL put = presigner.presignPutObject(presign -> presign
                .signatureDuration(Duration.ofMinutes(1))
                .putObjectRequest(request -> request.bucket(BUCKET).key("presigned"))).url();
            HttpURLConnection connection = (HttpURLConnection) put.openConnection();
            connection.setRequestMethod("PUT");
            connection.setDoOutput(true);
            try (OutputStream body = connection.getOutputStream()) {
                body.write('x');
            }
            expect(connection.getResponseCode(), 200);
            URL get = presigner.presignGetObject(presign -> presign
                .signatureDuration(Duration.ofMinutes(1))
                .getObjectRequest(request -> request.bucket(BUCKET).key("presigned"))).url();
            try (InputStream body = get.openStream()) {
                expect(new String(body.readAllBytes(), StandardCharsets.UTF_8), "x");
            }
        }
    }

    private static void copyAndDelete(S3Client s3) {
        s3.copyObject(request -> request.sourceBucket(BUCKET).sourceKey("a b")
            .destinationBucket(BUCKET).destinationKey("copy of a b"));
        expect(read(s3, "copy of a b"), "a b");
        ObjectIdentifier copy = ObjectIdentifier.builder().key("copy of a b").build();
        s3.deleteObjects(request -> request.bucket(BUCKET).delete(delete -> delete.objects(copy)));
        s3.deleteObject(request -> request.bucket(BUCKET).key("a b"));
    }

    private static String read(S3Client s3, String key) {
        return s3.getObjectAsBytes(request -> request.bucket(BUCKET).key(key)).asUtf8String();
    }

    /** Java reads certificates to trust from a key store only. */
    private static void trust(Path authority) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            trusted.setCertificateEntry("endpoint",
                CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        Path store = Files.createTempFile("trusted-", ".p12");
        store.toFile().deleteOnExit();
        char[] password = "public".toCharArray();
        try (OutputStream file = Files.newOutputStream(store)) {
            trusted.store(file, password);
        }
        System.setProperty("javax.net.ssl.trustStore", store.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", new String(password));
    }

    private static void expect(Object got, Object expected) {
        if (!got.equals(expected)) {
            throw new AssertionError("got " + got + ", expected " + expected);
        }
    }
}
