package dev.dbsync.common.mapping;

/** A mapping that cannot be used: the message is one line with file, line, what is wrong and what would be right. */
public final class MappingException extends RuntimeException {

    public MappingException(String file, int line, String problem) {
        super(file + ":" + line + ": " + problem);
    }
}
