module sigv4-conformance/kit

go 1.24
