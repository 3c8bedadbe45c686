package dev.dbsync.engine;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;

/** Requests of somebody who carries the admin token. */
public final class Operator {

    private Operator() {}

    public static RequestSpecification operator() {
        return given().header("Authorization", "Bearer admin-token-for-tests").contentType(ContentType.JSON);
    }
}
