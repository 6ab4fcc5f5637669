// s3rver on a folder, with the key that is given beside the one that is built in.
//
// It ends at its first unexpected exception, and a run that it does not survive shows nothing: it goes on here.
const [environment, address, port, directory, bucket, accessKeyId, secretAccessKey] = process.argv.slice(2);
const installed = `${environment}/node_modules/s3rver`;
const S3rver = require(installed);
require(`${installed}/lib/models/account`).DUMMY_ACCOUNT.createKeyPair(accessKeyId, secretAccessKey);

process.on("uncaughtException", (error) => console.error(error));
const configureBuckets = [{ name: bucket, configs: [] }];
const server = new S3rver({ address, port: Number(port), directory, silent: true, vhostBuckets: false, configureBuckets });
// Ends the connection of a request that has met such an exception.
server.run().then(() => server.httpServer.setTimeout(2000));
