# Does what the lines of standard input say, by calling the function of that name with the other words of the line, which
# tabs separate. Answers each: `ok`, or `failed`, a tab and why.
exec 3>&1 1>&2
tab=$(printf '\t')
answer() {
    while IFS=$tab read -r operation name file; do
        if "$operation" "$name" "$file" < /dev/null > said 2>&1; then
            echo ok >&3
        else
            printf 'failed\t%s\n' "$(tail -c 300 said | tr '\n\t' '  ')" >&3
        fi
    done
}
